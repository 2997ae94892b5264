"""Every series that an environment's targets expose, as far as some query reads it, with synthetic values.

A query reads the same samples whatever their values are, unless a comparison keeps a series from being recorded. So
counters simply grow and gauges simply fall; only what must be zero for others to be recorded is zero.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from vitals.model.conventions import BUCKET_BOUND, HISTOGRAM_PARTS, INSTANCE, JOB, SERVICE
from vitals_telemetry.contract import Label, Metric, MetricType

Key = tuple[str, tuple[tuple[str, str], ...]]
"""A series: its name and its labels, sorted."""

OF_EACH_TARGET = ("up", "scrape_duration_seconds")
_STATUSES = ("200", "503", "404", "202", "500", "401")
_ZERO = "node_filesystem_readonly"


@dataclass(frozen=True)
class SyntheticJob:
    """What one scrape job brings home.

    Attributes:
        name: Name of the job; the ``service`` of its series.
        interval_s: Seconds between scrapes.
        targets: How many targets it has.
        metrics: What each exposes.
        expects: Usual number of values by label.
        names: The values of labels that the catalogue names.
    """

    name: str
    interval_s: float
    targets: int
    metrics: Sequence[Metric]
    expects: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def series(self, wanted: Collection[str]) -> Iterator[Key]:
        """Every series whose name is wanted."""
        for number in range(1, self.targets + 1):
            target = {JOB: self.name, SERVICE: self.name, INSTANCE: f"{self.name}-{number}"}
            for name in OF_EACH_TARGET:
                yield from [_key(name, target)] if name in wanted else []
            for metric in self.metrics:
                yield from (_key(name, {**labels, **target}) for name, labels in self._of(metric) if name in wanted)

    def _of(self, metric: Metric) -> Iterator[tuple[str, dict[str, str]]]:
        for values in product(*(self._values(label) for label in metric.labels)):
            labels = dict(zip(metric.label_names, values, strict=True))
            if metric.type is not MetricType.HISTOGRAM:
                yield metric.name, labels
                continue
            for part in HISTOGRAM_PARTS[1:]:
                yield metric.name + part, labels
            for bound in (*(repr(float(bound)) for bound in metric.buckets), "+Inf"):
                yield metric.name + HISTOGRAM_PARTS[0], {**labels, BUCKET_BOUND: bound}

    def _values(self, label: Label) -> Sequence[str]:
        if label.name in self.names:
            return self.names[label.name]
        count = self.expects.get(label.name, label.expected or label.most)
        if label.name == BUCKET_BOUND:  # bounds of others: doubling, as exporters of distributions have them
            return [*(repr(2.0**number) for number in range(max(1, count) - 1)), "+Inf"]
        known = label.values or (_STATUSES if label.name == "status" else ())
        return [*known, *(f"{label.name}-{number}" for number in range(len(known), count))][:count]


def lines(key: Key, *, begin: int, end: int, interval_s: float) -> Iterator[str]:
    """Write a series as OpenMetrics text, a sample every ``interval_s`` seconds up to ``end`` (unix seconds)."""
    name, text = key[0], written(key)
    grows = name.endswith(("_total", "_seconds", *HISTOGRAM_PARTS)) or "vmstat" in name
    count = int((end - begin) // interval_s)
    for number in range(count + 1):
        at = end - (count - number) * interval_s
        value = number if grows else 0 if name == _ZERO else 1e9 - number
        yield f"{text} {value} {at:.3f}\n"


def written(key: Key) -> str:
    """Write a series' name and labels as OpenMetrics text has them."""
    name, labels = key
    return f"{name}{{{','.join(f'{label}={_quoted(value)}' for label, value in labels)}}}"


def _key(name: str, labels: Mapping[str, str]) -> Key:
    return name, tuple(sorted(labels.items()))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'
