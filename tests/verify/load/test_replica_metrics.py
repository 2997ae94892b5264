"""Replicas as their own pages describe them: what is read exists, and what can be full is measured by its limit."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge

from vitals.local.processes.probe import loopback_client
from vitals.rendered import QueueEntry, ServiceEntry, StoreEntry
from vitals.verify.load.recorded_run import ReplicaSample
from vitals.verify.load.replica_metrics import (
    BUILD,
    CONNECTIONS,
    CPU,
    CPU_SECONDS,
    MEMORY,
    QUEUE,
    MetricsPage,
    ReplicaWatch,
    each_address,
)
from vitals_telemetry import MetricsServer, serve_metrics
from vitals_telemetry.metrics import METRICS
from vitals_telemetry.metrics.process import PROCESS_METRICS

SHOP = ServiceEntry(
    name="shop", owner="shop", description="Sells.", api=True, replicas=1, slos=(), caches=(), cohorts=False,
    components=False, stores=(StoreEntry(name="main", connections=20),), queues=(QueueEntry(name="mail", most=10),),
)  # fmt: skip


def _page(server: MetricsServer) -> MetricsPage:
    return MetricsPage("shop", "1", f"http://127.0.0.1:{server.port}/metrics")


def test_every_metric_that_is_read_is_in_the_contract() -> None:
    """A renamed metric would leave a picture empty without a word."""
    known = {one.name for one in (*METRICS, *PROCESS_METRICS)}

    assert {CPU_SECONDS, MEMORY, BUILD, CONNECTIONS, QUEUE} <= known


def test_replica_is_sampled_by_its_limits() -> None:
    """CPU since the look before; 5 of 20 connections are a quarter, 8 of 10 tasks four fifths."""
    registry = CollectorRegistry()
    cpu = Counter("process_cpu_seconds", "CPU.", registry=registry)
    Gauge(MEMORY, "Memory.", registry=registry).set(1e8)
    Gauge(CONNECTIONS, "Connections.", ["database"], registry=registry).labels("main").set(5)
    Gauge(QUEUE, "Queue.", ["queue"], registry=registry).labels("mail").set(8)
    Gauge(BUILD, "Build.", ["service", "version", "revision"], registry=registry).labels("shop", "1.2", "abc").set(1)
    server = serve_metrics(0, registry=registry)

    async def look() -> tuple[list[ReplicaSample], list[ReplicaSample], tuple[str, ...]]:
        async with loopback_client() as client:
            watch = ReplicaWatch([_page(server)], [SHOP], client)
            first = await watch.sample(0)
            await asyncio.sleep(0.2)
            cpu.inc(0.1)
            return first, await watch.sample(5), tuple(watch.versions)

    try:
        first, (second,), versions = asyncio.run(look())
    finally:
        server.close()

    assert first == []  # there is nothing yet to subtract from
    assert 0 < second.cpu <= 0.5
    assert second.saturation == {CPU: second.cpu, "connections to main": 0.25, "queue mail": 0.8}
    assert (second.memory_bytes, second.replica, versions) == (1e8, "1", ("shop@1.2 (abc)",))


def test_replica_that_is_gone_is_not_there() -> None:
    """It is missing from the sample, and the run goes on."""

    async def look() -> list[ReplicaSample]:
        async with loopback_client(timeout_s=0.5) as client:
            return await ReplicaWatch([MetricsPage("shop", "1", "http://127.0.0.1:9/metrics")], [SHOP], client).sample(
                0
            )

    assert asyncio.run(look()) == []


@pytest.mark.parametrize(("host", "pages"), [("127.0.0.1", 1), ("gone.invalid", 0)])
def test_name_stands_for_as_many_replicas_as_it_has_addresses(host: str, pages: int) -> None:
    """One address is the page itself; a name without an address stands for none."""
    assert len(each_address(MetricsPage("shop", "1", f"http://{host}:9000/metrics"))) == pages
