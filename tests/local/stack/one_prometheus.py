"""A real Prometheus on a folder of data, without targets: for what can be asked of blocks alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vitals.local.processes.ports import free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.tools import find

PATIENT_S = 60.0


@asynccontextmanager
async def prometheus_on(folder: RunFolder, *, past_s: int) -> AsyncIterator[MetricsApi]:
    """Run Prometheus on what the run folder's samples hold.

    Args:
        folder: A run folder whose samples reach back ``past_s`` seconds.
        past_s: Kept as long as in a run.
    """
    (folder.config / "prometheus.yml").write_text("global: {scrape_interval: 15s}\n", encoding="utf-8")
    port = free_ports([PROMETHEUS])[PROMETHEUS]
    async with loopback_client(timeout_s=PATIENT_S) as client:
        part = prometheus(find("prometheus"), folder, port=port, after=(), past_s=past_s)
        supervisor = Supervisor([part], logs=folder.logs, run_id="blocks", client=client)
        try:
            await supervisor.start(lambda: None)
            yield MetricsApi(f"http://127.0.0.1:{port}", client)
        finally:
            await supervisor.stop()
