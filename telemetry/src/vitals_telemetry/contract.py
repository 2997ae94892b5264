"""What a metric is, as pure data: the one place where our own metrics are described.

The instruments in this distribution are built from these descriptions, and the stack that watches the services
resolves every rule and panel against them, so neither can drift from the other. This module imports nothing but
the standard library and refuses to know about Prometheus clients, rules or dashboards.

Names, units and types follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MetricType(StrEnum):
    """How a metric behaves over time, in the words of the exposition format."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    NATIVE_HISTOGRAM = "native histogram"


class Unit(StrEnum):
    """What one unit of a value is; base units only. A rate says what it counts: queries are not requests."""

    SECONDS = "seconds"
    BYTES = "bytes"
    RATIO = "ratio"
    COUNT = "count"
    REQUESTS_PER_SECOND = "requests_per_second"
    QUERIES_PER_SECOND = "queries_per_second"
    TASKS_PER_SECOND = "tasks_per_second"
    CALLS_PER_SECOND = "calls_per_second"
    KEYS_PER_SECOND = "keys_per_second"
    SAMPLES_PER_SECOND = "samples_per_second"
    SPANS_PER_SECOND = "spans_per_second"
    ERRORS_PER_SECOND = "errors_per_second"
    BYTES_PER_SECOND = "bytes_per_second"


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a metric and how many values it may take.

    Attributes:
        name: The label's name.
        means: What a value says, for people.
        most: Distinct values at most, in one process; the emitter enforces it.
        values: The closed set of values, where there is one; empty means open but bounded by ``most``.
        expected: Values that are usual for each combination of the labels before it. ``most`` is a bound that a healthy
            service stays far below, so it says nothing about cost; this number does, and nothing else reads it. It is
            counted on a running service, never derived. ``None``: it was not counted, so cost falls back to ``most``.
        possible: Every value that an open label can have at all; empty where it may be anything.
    """

    name: str
    means: str
    most: int
    values: tuple[str, ...] = ()
    expected: int | None = None
    possible: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an expectation that the emitter would never let come true.

        Raises:
            ValueError: ``expected`` is not between one and ``most``.
        """
        if self.expected is not None and not 1 <= self.expected <= self.most:
            raise ValueError(f"label {self.name}: {self.expected} expected values, but the bound is {self.most}")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as its emitter exposes it.

    Attributes:
        name: The full name; counters end in ``_total``.
        type: Counter, gauge or histogram.
        unit: What one unit of the value is.
        help: The text of the ``# HELP`` line.
        labels: The labels that the emitter itself sets (not those of the scrape).
        buckets: Upper bounds in ascending order, without +Inf; only for classic histograms.
    """

    name: str
    type: MetricType
    unit: Unit
    help: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a description that no client could expose.

        Raises:
            ValueError: A histogram without ascending buckets, buckets on another type, or a counter without ``_total``.
        """
        if (self.type is MetricType.HISTOGRAM) != bool(self.buckets):
            raise ValueError(f"{self.name}: buckets belong to histograms, and a histogram needs them")
        if list(self.buckets) != sorted(set(self.buckets)):
            raise ValueError(f"{self.name}: buckets must ascend without repeats, got {self.buckets}")
        if self.type is MetricType.COUNTER and not self.name.endswith("_total"):
            raise ValueError(f"{self.name}: a counter's name ends in _total")

    @property
    def label_names(self) -> tuple[str, ...]:
        """The label names in the order in which the emitter declares them."""
        return tuple(label.name for label in self.labels)
