"""A real Prometheus that scrapes itself every second, with whatever rules and Alertmanager a test gives it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.local.relay.served_channels import until
from vitals.local.processes.ports import free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.tools import find

PANEL = {"type": "timeseries", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}
VARIABLE = {"name": "job", "type": "query", "query": "label_values(up, job)", "label": "Job"}


@contextmanager
def own_prometheus(folder: Path, **config: Any) -> Iterator[str]:  # noqa: ANN401 - as Prometheus' configuration
    """Run it until the end of the block; gives its base URL once it has a few samples of itself.

    Args:
        folder: Where it may write.
        config: More of its configuration, such as ``rule_files``.
    """
    run_folder = RunFolder(folder / "run")
    run_folder.clear()
    port = free_ports([PROMETHEUS])[PROMETHEUS]
    itself = {"job_name": "itself", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
    whole = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "scrape_configs": [itself], **config}
    (run_folder.config / "prometheus.yml").write_text(json.dumps(whole))
    loop, done, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def run() -> None:
        async with loopback_client(timeout_s=60.0) as client:
            part = prometheus(find("prometheus"), run_folder, port=port, after=())
            supervisor = Supervisor([part], logs=run_folder.logs, run_id="pictures", client=client)
            try:
                await supervisor.start(lambda: None)
                ready.set()
                await done.wait()
            finally:
                await supervisor.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert ready.wait(60.0)
        url = f"http://127.0.0.1:{port}"
        asked = {"query": "count_over_time(up[1m]) > 6"}  # a panel has a point at least every five seconds
        until(lambda: httpx.get(f"{url}/api/v1/query", params=asked).json()["data"]["result"], "it has scraped itself")
        yield url
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(30.0)
        loop.close()


def write_dashboard(folder: Path, panels: dict[int, tuple[str, str]]) -> None:
    """Write a dashboard ``itself`` with panels by their id, each with its title and its query."""
    listed = [
        {**PANEL, "id": number, "title": title, "targets": [{"refId": "A", "expr": expr}]}
        for number, (title, expr) in panels.items()
    ]
    dashboard = {"uid": "itself", "title": "Itself", "panels": listed, "templating": {"list": [VARIABLE]}}
    (folder / "itself.json").write_text(json.dumps(dashboard))
