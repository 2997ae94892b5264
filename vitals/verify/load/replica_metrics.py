"""What the replicas say of themselves while they are under load, read from their own metrics pages.

A limit is found by looking at everything that can be full: a process of Python uses one core and no more, a service
may open so many connections, a queue may hold so many tasks. The limits are those of the catalogue, as rendered.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from vitals.rendered import ServiceEntry
from vitals.verify.load.recorded_run import ReplicaSample

CPU = "CPU (one core)"
CPU_SECONDS, MEMORY, BUILD = "process_cpu_seconds_total", "process_resident_memory_bytes", "app_build_info"
CONNECTIONS, QUEUE = "database_connections_open", "task_queue_length"


@dataclass(frozen=True)
class MetricsPage:
    """Where a replica's metrics are.

    Attributes:
        service: Whose replica it is.
        replica: Its name.
        url: The page.
    """

    service: str
    replica: str
    url: str


class ReplicaWatch:
    """Samples replicas; one that does not answer is not there in that sample.

    Args:
        pages: Where they are.
        services: What the catalogue says they may use.
        client: For asking; not closed here.
    """

    def __init__(
        self, pages: Sequence[MetricsPage], services: Iterable[ServiceEntry], client: httpx.AsyncClient
    ) -> None:
        self._pages = pages
        self._limits = {one.name: one for one in services}
        self._client = client
        self._before: dict[str, tuple[float, float]] = {}
        self.versions: dict[str, None] = {}

    async def sample(self, at_s: float) -> list[ReplicaSample]:
        """Look at every replica once.

        Args:
            at_s: Seconds from the start of the run.
        """
        pages = await asyncio.to_thread(lambda: [one for page in self._pages for one in each_address(page)])
        found = await asyncio.gather(*(self._one(page, at_s) for page in pages))
        return [one for one in found if one is not None]

    async def _one(self, page: MetricsPage, at_s: float) -> ReplicaSample | None:
        try:
            answer = await self._client.get(page.url)
            families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        except (httpx.HTTPError, ValueError):
            return None
        cpu_s = _total(families, CPU_SECONDS)
        now = time.monotonic()
        if cpu_s is None:
            return None
        for build in _samples(families, BUILD):
            labels = build.labels
            self.versions[f"{page.service}@{labels.get('version', '?')} ({labels.get('revision', '?')})"] = None
        then, before = self._before.get(page.replica, (now, cpu_s))
        self._before[page.replica] = (now, cpu_s)
        if now == then or cpu_s < before:  # the first look, or a restart: nothing to subtract
            return None
        cpu = (cpu_s - before) / (now - then)
        return ReplicaSample(
            at_s=round(at_s, 3),
            replica=page.replica,
            service=page.service,
            cpu=round(cpu, 4),
            memory_bytes=_total(families, MEMORY) or 0.0,
            saturation={CPU: round(cpu, 4), **self._shares(page.service, families)},
        )

    def _shares(self, service: str, families: Mapping[str, Metric]) -> dict[str, float]:
        limits = self._limits.get(service)
        if limits is None:
            return {}
        asked: list[tuple[str, str, str, int]] = [
            *((f"connections to {one.name}", CONNECTIONS, "database", one.connections) for one in limits.stores),
            *((f"queue {one.name}", QUEUE, "queue", one.most) for one in limits.queues),
        ]
        shares = {}
        for what, metric, label, limit in asked:
            name = what.split(" ")[-1]
            values = [one.value for one in _samples(families, metric) if one.labels.get(label) == name]
            if values:
                shares[what] = round(sum(values) / limit, 4)
        return shares


def each_address(page: MetricsPage) -> list[MetricsPage]:
    """A page for each address of its host: a headless Service has one for each replica, and they come and go."""
    url = httpx.URL(page.url)
    try:
        found = socket.getaddrinfo(url.host, url.port, family=socket.AF_INET, type=socket.SOCK_STREAM)
    except OSError:
        return []
    addresses = sorted({str(info[4][0]) for info in found})
    if len(addresses) == 1:
        return [page]
    return [MetricsPage(page.service, address, str(url.copy_with(host=address))) for address in addresses]


def _samples(families: Mapping[str, Metric], name: str) -> list[Sample]:
    family = families.get(name.removesuffix("_total"))
    return [one for one in family.samples if one.name == name] if family else []


def _total(families: Mapping[str, Metric], name: str) -> float | None:
    values = [one.value for one in _samples(families, name)]
    return sum(values) if values else None
