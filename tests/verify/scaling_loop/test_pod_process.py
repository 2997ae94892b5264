"""A pod's command runs as a process of this machine: ready by its probe, counted, stopped as a kubelet stops it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from vitals.local.processes.probe import loopback_client
from vitals.verify.scaling_loop.pod_process import PodProcess
from vitals.verify.scaling_loop.resource_metrics import resource_metrics

pytestmark = pytest.mark.anyio

SERVER = """
import http.server, pathlib, signal, sys, threading
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"here")
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer)
def stop(*_):
    pathlib.Path(sys.argv[2]).write_text("asked to stop")
    threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, stop)
server.serve_forever()
"""
PAUSE_S = 1


@pytest.fixture
async def pod(tmp_path: Path) -> AsyncIterator[PodProcess]:
    """A pod that serves, and writes a file when it is asked to stop."""
    container: dict[str, Any] = {
        "name": "api",
        "image": "none",
        "command": [sys.executable, "-c", SERVER, "$(PORT_HTTP)", str(tmp_path / "stopped")],
        "ports": [{"name": "http", "containerPort": 8000}],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        "lifecycle": {"preStop": {"sleep": {"seconds": PAUSE_S}}},
    }
    manifest = {
        "metadata": {"name": "api-1", "namespace": "wellness", "uid": "1"},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 10},
    }
    logs = tmp_path / "logs"
    logs.mkdir()
    async with loopback_client() as client:
        process = PodProcess(manifest, address="10.0.0.1", folder=tmp_path, logs=logs, run_id="test", client=client)
        yield process
        await process.kill()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def ready(pod: PodProcess) -> str:
    """Its Ready condition."""
    return next(str(one["status"]) for one in pod.status()["conditions"] if one["type"] == "Ready")


async def test_it_is_ready_when_its_probe_answers(pod: PodProcess) -> None:
    """Until then it is not; then it runs, is ready, and answers on the port that it was given."""
    assert ready(pod) == "False"
    await until(lambda: pod.ready)

    status = pod.status()
    assert (status["phase"], status["podIP"], ready(pod)) == ("Running", "10.0.0.1", "True")
    assert "running" in status["containerStatuses"][0]["state"]
    async with loopback_client() as client:
        assert (await client.get(f"http://127.0.0.1:{pod.ports['http']}/")).text == "here"


async def test_it_goes_on_serving_for_its_pause_and_is_then_asked_to_stop(pod: PodProcess, tmp_path: Path) -> None:
    """From the moment that it is to go it is not ready, serves until its pause is over, and ends by SIGTERM."""
    await until(lambda: pod.ready)
    begun = time.monotonic()
    pod.end()

    assert ready(pod) == "False"
    async with loopback_client() as client:
        assert (await client.get(f"http://127.0.0.1:{pod.ports['http']}/")).is_success
    assert not (tmp_path / "stopped").exists()
    await until(lambda: pod.ended)
    assert time.monotonic() - begun >= PAUSE_S
    assert (tmp_path / "stopped").read_text() == "asked to stop"
    assert pod.status()["phase"] == "Succeeded"
    assert pod.use() is None
    assert "container_" not in resource_metrics([pod], 1.5)


async def test_one_that_dies_is_started_again(pod: PodProcess) -> None:
    """It is not ready meanwhile, and its restart is counted."""
    await until(lambda: pod.ready)
    assert pod.process is not None
    pod.process.kill()
    await until(lambda: not pod.ready)
    await until(lambda: pod.ready)

    assert pod.status()["containerStatuses"][0]["restartCount"] == 1


async def test_what_it_uses_is_what_its_process_uses(pod: PodProcess) -> None:
    """Processor time grows with its work, and the node has numbers of its own."""
    await until(lambda: pod.ready)
    before = pod.use()
    async with loopback_client() as client:
        for _ in range(200):
            await client.get(f"http://127.0.0.1:{pod.ports['http']}/")
    after = pod.use()

    assert before is not None
    assert after is not None
    assert after.cpu_s > before.cpu_s
    lines = resource_metrics([pod], 1.5).splitlines()
    labels = '{container="api",namespace="wellness",pod="api-1"}'
    assert any(
        line.startswith(f"container_cpu_usage_seconds_total{labels} ") and line.endswith(" 1500") for line in lines
    )
    assert any(line.startswith(f"container_memory_working_set_bytes{labels} ") for line in lines)
    assert any(line.startswith("node_cpu_usage_seconds_total ") for line in lines)
