"""A replica that leaves still answers those who have not heard of it, as it ships; without its pause it does not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.monitoring import demo as shipped_demo
from tests.verify.scaling_loop.test_pod_process import SERVER
from vitals.local.processes.probe import loopback_client
from vitals.rendered import PodEntry
from vitals.verify.scaling_loop.objects import PRE_STOP_S
from vitals.verify.scaling_loop.pod_process import PodProcess

pytestmark = pytest.mark.anyio

HEARS_AFTER_S = 2.0
"""How late the last node hears of an endpoint that left."""
SIZE = PodEntry(cpu="200m", memory="256Mi", memory_limit="512Mi")


def lifecycles() -> dict[str, Any]:
    """What the demo's containers do before they stop on a cluster, by the container's name."""
    manifests = shipped_demo.demo(
        "wellness", "monitoring", "image", "database", {shipped_demo.API: SIZE, shipped_demo.WORKER: SIZE}
    )
    pod = manifests[0]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] > shipped_demo.PRE_STOP_S
    return {one["name"]: one.get("lifecycle") for one in pod["containers"]}


@asynccontextmanager
async def replica(name: str, lifecycle: Mapping[str, Any] | None, folder: Path) -> AsyncIterator[PodProcess]:
    """A pod that answers until it is asked to stop, and ends as the node agent of the drill ends pods."""
    (folder / "logs").mkdir(parents=True)
    container = {
        "name": "api",
        "image": "none",
        "command": [sys.executable, "-c", SERVER, "$(PORT_HTTP)", str(folder / "stopped")],
        "ports": [{"name": "http", "containerPort": 8000}],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
        **({"lifecycle": lifecycle} if lifecycle else {}),
    }
    manifest = {
        "metadata": {"name": name, "namespace": "wellness", "uid": name},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": shipped_demo.GRACE_S},
    }
    async with loopback_client() as client:
        process = PodProcess(
            manifest, address="10.0.0.1", folder=folder, logs=folder / "logs", run_id="test", client=client
        )
        try:
            yield process
        finally:
            await process.kill()


async def failed_while_leaving(pod: PodProcess) -> tuple[int, int]:
    """Requests that fail, and all of them, from the moment that it is to go until everyone has heard of it."""
    async with asyncio.timeout(180):
        while not pod.ready:
            await asyncio.sleep(0.05)
    pod.end()
    loop = asyncio.get_running_loop()
    sent = failed = 0
    until = loop.time() + HEARS_AFTER_S
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{pod.ports['http']}", trust_env=False) as client:
        while loop.time() < until:
            sent += 1
            try:
                failed += (await client.get("/")).is_error
            except httpx.HTTPError:
                failed += 1
            await asyncio.sleep(0.05)
    return failed, sent


async def test_a_replica_that_leaves_answers_until_everyone_has_heard_of_it(tmp_path: Path) -> None:
    """As the demo ships, no request fails on the way down; a replica that stops at once refuses some."""
    as_shipped = lifecycles()[shipped_demo.API]
    async with (
        replica("shipped", as_shipped, tmp_path / "shipped") as leaves,
        replica("at-once", None, tmp_path / "at-once") as stops,
    ):
        (kept, asked), (refused, _) = await asyncio.gather(failed_while_leaving(leaves), failed_while_leaving(stops))

    assert asked >= 3
    assert kept == 0
    assert refused > 0


def test_the_drill_measures_the_pause_that_ships() -> None:
    """Both containers of the pod pause for as long as a replica of the drill."""
    assert lifecycles() == {
        name: {"preStop": {"sleep": {"seconds": PRE_STOP_S}}} for name in (shipped_demo.API, shipped_demo.WORKER)
    }
