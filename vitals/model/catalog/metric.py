"""Metrics as a catalogue declares them: a service's own, and those that a dialect of a team's own reads.

They are written down as they are exposed. Names, labels and units are their programmer's, and a rule that reads them
under better ones stays silent for ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from vitals.model.conventions import HISTOGRAM_PARTS
from vitals.model.metrics.exporter import Foreign
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

MetricUnit = Literal["seconds", "bytes", "ratio", "count"]
Labels = Mapping[str, int | tuple[str, ...]]
"""Label to how many values it takes at most, or to the values themselves."""
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_MOST = 10_000
"""Values of one label at most: beyond, a label has become an identifier, and Prometheus pays for each value."""


def counter(name: str, text: str, *, unit: MetricUnit = "count", labels: Labels | None = None) -> Metric:
    """A counter, whatever its name: it only grows, and begins at zero when its process does.

    Raises:
        ValueError: The name or a label cannot be that of a metric.
    """
    return Foreign(_named(name), MetricType.COUNTER, Unit(unit), text, _labels(name, labels))


def gauge(name: str, text: str, *, unit: MetricUnit = "count", labels: Labels | None = None) -> Metric:
    """A gauge: it goes up and down.

    Raises:
        ValueError: The name or a label cannot be that of a metric.
    """
    return Metric(_named(name), MetricType.GAUGE, Unit(unit), text, _labels(name, labels))


def histogram(
    name: str,
    text: str,
    *,
    buckets: tuple[float, ...] | Literal["native"],
    unit: MetricUnit = "seconds",
    labels: Labels | None = None,
) -> Metric:
    """A histogram, by its name without ``_bucket``, ``_sum`` or ``_count``; with ``"native"`` it keeps its own buckets.

    Raises:
        ValueError: The name or a label cannot be that of a metric, or the bounds do not ascend.
    """
    for suffix in HISTOGRAM_PARTS:
        if name.endswith(suffix):
            raise ValueError(f"{name} is one series of a histogram; name it {name.removesuffix(suffix)}")
    if buckets == "native":
        return Metric(_named(name), MetricType.NATIVE_HISTOGRAM, Unit(unit), text, _labels(name, labels))
    return Metric(
        _named(name), MetricType.HISTOGRAM, Unit(unit), text, _labels(name, labels), tuple(map(float, buckets))
    )


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a metric: letters, digits and underscores, no digit first")
    return name


def _labels(metric: str, labels: Labels | None) -> tuple[Label, ...]:
    found = []
    for name, values in (labels or {}).items():
        if not _NAME.fullmatch(name) or name in {"le", "job", "instance", "service"}:
            raise ValueError(f"{metric}: {name!r} cannot be a label of its own; the scrape or Prometheus sets it")
        most = values if isinstance(values, int) else len(values)
        if not 1 <= most <= _MOST:
            raise ValueError(f"{metric}: {name} takes {most} values; say how many it takes at most, 1 to {_MOST:,}")
        closed = () if isinstance(values, int) else values
        found.append(Label(name, "As its programmer says.", most, closed, expected=most if closed else None))
    return tuple(found)
