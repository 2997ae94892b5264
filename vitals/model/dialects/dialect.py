"""What a dialect is: where another library exposes what our own telemetry exposes, as pure data.

Every signal is declared once, on the metrics of our own telemetry. A service that speaks otherwise has the same facts
under other names, labels and units. A dialect says which, so every signal, alert, panel and scaler works for it as far
as the library carries what they read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vitals.errors import did_you_mean
from vitals.model.conventions import HISTOGRAM_PARTS
from vitals_telemetry.contract import Label, Metric, MetricType
from vitals_telemetry.metrics import API_CALLS, METRICS, PROCESS_METRICS

OURS = "vitals"
Matchers = Mapping[str, str]
"""Label to value; ``~`` before a value matches it as a regular expression, ``!`` and ``!~`` negate."""


@dataclass(frozen=True, slots=True)
class MetricSource:
    """Where a dialect has one of our metrics.

    Attributes:
        metric: Theirs, as it is exposed.
        labels: Our label to theirs; of several the first that is set counts.
        constants: Our label to the one value that it has for all of these series.
        where: Which of the series count: not those of health checks and scrapes, which no user waits for.
        failed: Which of them are failed events: those that one of the matchers takes. None can be failed where it is
            empty, and all are where it holds empty matchers.
        abandoned: Likewise, events whose client left before the answer; ``None`` where the library does not say.
        only_failures: Whether its events are counted by another source already, and here again because they failed.
        suffix: Which series of a histogram is meant, such as ``_count``; empty for the metric as a whole.
        per_unit: How many of their units are one of ours: 1000 for milliseconds where we have seconds.
    """

    metric: Metric
    labels: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Matchers = field(default_factory=dict)
    failed: tuple[Matchers, ...] = ()
    abandoned: tuple[Matchers, ...] | None = None
    only_failures: bool = False
    suffix: str = ""
    per_unit: float = 1.0


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a service speaks.

    Attributes:
        name: How the catalogue names it.
        description: Which library it is, in one sentence.
        has: Our metrics, each with where the library has it. A histogram is named whole, or by one of its series.
        of_service: The same for questions about the service as a whole, where the library has a better answer to them.
        lacks: Our metrics that the library has under a condition only, and what to do to have them.
        requests: Whether it counts requests.
        tasks: Whether it counts tasks of queues.
        metrics_path: Where the library serves its metrics.
        metrics_port: The name of the port on which it usually does.
        scrape_timeout: How long a scrape may take, a duration, where the library needs longer than others; empty for
            the usual limit.
        other_series: About how many series it exposes beside those of its contract, for the estimate of cost.
    """

    name: str
    description: str
    has: Mapping[str, tuple[MetricSource, ...]] = field(default_factory=dict)
    of_service: Mapping[str, tuple[MetricSource, ...]] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    requests: bool = True
    tasks: bool = False
    metrics_path: str = "/metrics"
    metrics_port: str = "metrics"
    scrape_timeout: str = ""
    other_series: int = 0

    def __post_init__(self) -> None:
        """Refuse a dialect by which something could not be watched, or would be watched wrongly.

        Raises:
            ValueError: A metric or label that does not exist, or that is needed and not said.
        """
        for table in (self.has, self.of_service):
            for ours, sources in table.items():
                labels = _needed(self.name, ours) if table is self.has else frozenset()
                for source in sources:
                    _check(f"dialect {self.name}, {ours} from {source.metric.name}", source, labels)
                if len({source.metric.type for source in sources if not source.suffix}) > 1:
                    raise ValueError(f"dialect {self.name}: {ours} is several types of metric at once, say one of them")
        calls = self.has.get(API_CALLS.name, ())
        if calls and not any(source.failed for source in calls):
            raise ValueError(f"dialect {self.name}: nothing says which events have failed, so no alert could ever fire")

    @property
    def ours(self) -> bool:
        """Whether it is that of our own telemetry, in which signals are declared."""
        return self.name == OURS

    def native(self, metric: str, *, whole: bool) -> bool:
        """Whether one of our histograms is a native one there, by which anything can be counted without a bound.

        Args:
            metric: Its name.
            whole: Whether only the service as a whole is asked about, none of its endpoints.
        """
        found = self.sources(f"{metric}_bucket", whole=whole)
        return bool(found) and all(source.metric.type is MetricType.NATIVE_HISTOGRAM for source in found)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The contract: every metric of the library that is read, once, with every label that is."""
        found: dict[str, Metric] = {}
        for source in (source for several in (*self.has.values(), *self.of_service.values()) for source in several):
            metric = found.get(source.metric.name, source.metric)
            more = [Label(name, "Which series count.", most=100, expected=1) for name in source.where]
            new = [label for label in more if label.name not in metric.label_names]
            found[metric.name] = replace(metric, labels=(*metric.labels, *new)) if new else metric
        return tuple(found.values())

    def buckets(self, metric: str) -> tuple[float, ...]:
        """The bucket bounds, in our unit, by which one of our histograms is counted for the service as a whole."""
        sources = self.of_service.get(metric) or self.has.get(metric, ())
        kept = [{converted(bound, 1 / one.per_unit) for bound in one.metric.buckets} for one in sources]
        return tuple(sorted(set.intersection(*kept))) if kept else ()

    def values(self) -> dict[str, frozenset[str]]:
        """Our labels, each with the labels of the library whose values it takes."""
        found: dict[str, set[str]] = {}
        for source in (source for several in self.has.values() for source in several):
            for ours, theirs in source.labels.items():
                found.setdefault(ours, set()).update((theirs,) if isinstance(theirs, str) else theirs)
            for ours in source.constants:
                found.setdefault(ours, set())
        return {ours: frozenset(theirs) for ours, theirs in found.items()}

    def sources(self, series: str, *, whole: bool) -> tuple[MetricSource, ...]:
        """Where the library has a series of ours; nothing where it has not.

        Args:
            series: Name of a metric, or of one of the series of a histogram.
            whole: Whether only the service as a whole is asked about, none of its endpoints.
        """
        for table in (self.of_service, self.has) if whole else (self.has,):
            if series in table:
                return table[series]
            for suffix in HISTOGRAM_PARTS:
                found = table.get(series.removesuffix(suffix), ()) if series.endswith(suffix) else ()
                if found:
                    return tuple(_series_of(source, suffix) for source in found)
        return ()


_OURS = {metric.name: metric for metric in (*METRICS, *PROCESS_METRICS)}


def metric_of(series_name: str) -> str | None:
    """The metric of ours that a series belongs to; ``None`` for what is recorded or an exporter's."""
    if series_name in _OURS:
        return series_name
    for suffix in HISTOGRAM_PARTS:
        base = series_name.removesuffix(suffix)
        if base != series_name and base in _OURS and _OURS[base].type is MetricType.HISTOGRAM:
            return base
    return None


def _needed(dialect: str, ours: str) -> frozenset[str]:
    """Our labels that every source of a metric of ours must fill; a status shows in what failed."""
    name = metric_of(ours)
    if name is None:
        hint = did_you_mean(ours, _OURS, f"They are {', '.join(_OURS)}.")
        raise ValueError(f"dialect {dialect}: {ours!r} is not a metric of ours, so no signal would read it. {hint}")
    return frozenset(_OURS[name].label_names) - {"status"}


def _check(where: str, source: MetricSource, needed: frozenset[str]) -> None:
    given = source.labels.keys() | source.constants.keys()
    if needed - given:
        missing = ", ".join(sorted(needed - given))
        raise ValueError(f"{where}: nothing says what its {missing} is. Name a label for it in labels, or a constant")
    has = {*source.metric.label_names, *source.where}
    read = [name for theirs in source.labels.values() for name in ((theirs,) if isinstance(theirs, str) else theirs)]
    read += [name for matchers in (*source.failed, *(source.abandoned or ())) for name in matchers]
    unknown = sorted(set(read) - has)
    if unknown:
        raise ValueError(
            f"{where}: it has no label {', '.join(unknown)}, so nothing would match. "
            f"Its labels are {', '.join(sorted(has)) or 'none'}"
        )


def converted(value: float, factor: float) -> float:
    """A bound in another unit, without what binary fractions add: 2.3 s are 2300 ms, not 2299.9999999999995."""
    return float(f"{value * factor:.12g}")


def _series_of(source: MetricSource, suffix: str) -> MetricSource:
    # A count is a number of events and no quantity of the unit.
    per_unit = 1.0 if suffix == "_count" else source.per_unit
    return replace(source, suffix=suffix, per_unit=per_unit)


VITALS = Dialect(OURS, "Our own telemetry, vitals-telemetry for Python.", tasks=True)
"""The dialect in which signals are declared; nothing is translated."""

EXPORTER = Dialect(
    "exporter",
    "A program of others that has metrics of its own, such as postgres_exporter; no signal asks for them.",
    requests=False,
)
"""The dialect of what is only watched for being there; its metrics are those that the catalogue says it exposes."""
