"""Services, scrape jobs and scalers as ``model.json`` has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from vitals.rendered.entry import Entry, is_empty

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
"""What a duration within which something is answered is written in."""


class AvailabilityEntry(Entry):
    """The share of requests that must not fail, such as ``99.9%``."""

    kind: Literal["availability"]
    objective: str

    @property
    def budget(self) -> float:
        """The share of requests that may be bad."""
        return _budget(self.objective)


class LatencyEntry(Entry):
    """The share of requests that must be answered within a duration such as ``250ms``."""

    kind: Literal["latency"]
    objective: str
    within: str

    @property
    def bound_s(self) -> float:
        """The duration in seconds."""
        return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|s|m|h|d)", self.within))

    @property
    def budget(self) -> float:
        """The share of requests that may be bad."""
        return _budget(self.objective)


def _budget(objective: str) -> float:
    return 1 - float(objective.removesuffix("%")) / 100


class StoreEntry(Entry):
    """A database and the number of connections that a service may open to it."""

    name: str
    connections: int


class CacheEntry(Entry):
    """A cache."""

    name: str


class QueueEntry(Entry):
    """A queue and the number of tasks that it may hold."""

    name: str
    most: int


class PodEntry(Entry):
    """What one replica is given, as Kubernetes writes it: ``200m``, ``256Mi``."""

    cpu: str
    memory: str
    memory_limit: str


class ServiceEntry(Entry):
    """A service as the catalogue declares it.

    Attributes:
        name: Its ``service`` and ``job`` label.
        owner: The team that is notified.
        description: What it does for users.
        api: Whether it serves HTTP.
        replicas: How many of it run.
        slos: Its objectives.
        stores: Its databases.
        caches: Its caches.
        queues: Its queues.
        cohorts: Whether it counts by cohort of users.
        components: Whether it times its parts.
        pod: What one replica is given; None for what the cluster gives by itself.
    """

    name: str
    owner: str
    description: str
    api: bool
    replicas: int
    slos: tuple[Annotated[AvailabilityEntry | LatencyEntry, Field(discriminator="kind")], ...]
    stores: tuple[StoreEntry, ...]
    caches: tuple[CacheEntry, ...]
    queues: tuple[QueueEntry, ...]
    cohorts: bool
    components: bool
    pod: PodEntry | None = None

    def values(self, label: str) -> tuple[str, ...]:
        """The values that a label of its series has; none for a label that the catalogue does not fix."""
        named: dict[str, Sequence[StoreEntry | CacheEntry | QueueEntry]] = {
            "database": self.stores,
            "cache": self.caches,
            "queue": self.queues,
        }
        return tuple(one.name for one in named.get(label, ()))


class DeclaredSeries(Entry):
    """A series that the catalogue declares for a service: that of a library, or of its own.

    Attributes:
        name: Its name.
        type: ``counter``, ``gauge``, ``histogram`` for a native one, or ``unknown``.
        labels: Its labels, each with its closed set of values; empty for an open one.
    """

    name: str
    type: Literal["counter", "gauge", "histogram", "unknown"]
    labels: dict[str, tuple[str, ...]]


class JobEntry(Entry):
    """A scrape job: a service, or an exporter that must run for it; durations such as ``15s``.

    Attributes:
        name: Its name.
        interval: Time between scrapes.
        timeout: Time limit of one.
        declared: Series that it exposes beside those of our own telemetry and of the exporters that we know.
    """

    name: str
    interval: str
    timeout: str
    declared: tuple[DeclaredSeries, ...] = Field(default=(), exclude_if=is_empty)


class TriggerEntry(Entry):
    """One demand that a service is scaled on.

    Attributes:
        demand: ``requests``, ``queue`` or ``concurrency``.
        query: The load of all replicas together.
        unit: What it counts.
        per_replica: How much of it a replica gets before another one is added.
        capacity: How much of it one replica bears.
        basis: What the capacity rests on, in words.
        measured_on: Where it was measured; None for one that is assumed.
    """

    demand: str
    query: str
    unit: str
    per_replica: float
    capacity: float
    basis: str
    measured_on: Literal["laptop", "cluster"] | None

    @property
    def known(self) -> str:
        """How its capacity is known, in words."""
        return f"measured on a {self.measured_on}" if self.measured_on else "assumed"


class ScalerEntry(Entry):
    """How far a service is scaled, and on what; ``usual`` replicas are safe to run while the load is unknown."""

    service: str
    min_replicas: int
    max_replicas: int
    usual: int
    triggers: tuple[TriggerEntry, ...]
