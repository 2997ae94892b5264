"""The metrics of the service: what is said of each series, and how the service itself is.

A scrape sees one cycle whole. What was last seen some minutes ago is not shown any more: an anomaly of a series that
no one can read now is neither there nor gone, and a rule must not fire on it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vitals.foresight.service.key import SeriesKey
from vitals.rendered import WatchedEntry

if TYPE_CHECKING:  # it loads numpy, and the metrics are served before that is done
    from vitals.foresight.service.verdict import SeriesVerdict

STRATEGY = "records"
"""How anomalies are found: a deviation is one when it beats the records of the series' own past."""
OF_SERIES = ("anomaly_service", "anomaly_name", "anomaly_type", "anomaly_strategy")
"""``anomaly_name``, ``anomaly_type`` and ``anomaly_strategy`` are the field's; ``service`` is the scraped job's own."""
STALE_AFTER_S = 300.0
"""As long as Prometheus itself goes on showing a series that has ended."""

Said: TypeAlias = "tuple[WatchedEntry, SeriesKey, SeriesVerdict]"


@dataclass
class Health:
    """How the service is.

    Attributes:
        started: Unix seconds.
        last_success: Unix seconds of the last cycle in which Prometheus answered every question; 0 before the first.
        cycle_s: Seconds that the last cycle took.
        cycles: Cycles so far.
        query_failures: Questions that Prometheus did not answer.
        series_failures: Series that could not be judged.
        state_failures: Times that the state could not be written.
        dropped: Series left out in the last cycle because a question had too many.
    """

    started: float = 0.0
    last_success: float = 0.0
    cycle_s: float = 0.0
    cycles: int = 0
    query_failures: int = 0
    series_failures: int = 0
    state_failures: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class Snapshot:
    """What one cycle found; ``at`` is the minute that it is about, Unix seconds."""

    at: float = 0.0
    said: tuple[Said, ...] = ()
    health: Health = field(default_factory=Health)

    def fresh(self) -> list[Said]:
        """What is known of series that were seen lately."""
        return [one for one in self.said if self.at - one[2].at <= STALE_AFTER_S]


class Exposition(Collector):
    """The newest snapshot as metrics; :attr:`snapshot` is replaced as a whole."""

    def __init__(self) -> None:
        self.snapshot = Snapshot(health=Health(started=time.time()))

    def collect(self) -> Iterable[Metric]:
        """Give the metrics of one snapshot."""
        snapshot = self.snapshot
        said = snapshot.fresh()
        yield from _anomalies(said)
        yield from _forecasts(said)
        yield from _health(snapshot.health, len(said))


def _of(entry: WatchedEntry, key: SeriesKey) -> list[str]:
    return [key.service, key.anomaly_name, entry.type, STRATEGY]


def _anomalies(said: list[Said]) -> Iterator[Metric]:
    gauges = {
        "anomaly_score": ("How unusual the newest value is, from 0 to 1, for ranking.", "score"),
        "anomaly_lower_bound": ("The least value that would not be news.", "lower"),
        "anomaly_expected": ("What the value should be.", "expected"),
        "anomaly_upper_bound": ("The greatest value that would not be news.", "upper"),
        "anomaly_active": ("1 in the first hour of an incident, 0 otherwise.", "active"),
    }
    for name, (text, field_name) in gauges.items():
        family = GaugeMetricFamily(name, text, labels=OF_SERIES)
        for entry, key, verdict in said:
            if verdict.anomaly is not None:
                family.add_metric(_of(entry, key), float(getattr(verdict.anomaly, field_name)))
        yield family


def _forecasts(said: list[Said]) -> Iterator[Metric]:
    value = GaugeMetricFamily(
        "forecast_value",
        "What the value will be at a horizon, by quantile.",
        labels=(*OF_SERIES, "horizon", "quantile"),
    )
    covered = GaugeMetricFamily(
        "forecast_coverage_ratio",
        "Share of the last day's values below the highest quantile that was forecast for them.",
        labels=(*OF_SERIES, "horizon"),
    )
    limit = GaugeMetricFamily(
        "forecast_limit_seconds", "Time until the limit is reached, without the daily pattern.", labels=OF_SERIES
    )
    made = GaugeMetricFamily(
        "forecast_timestamp_seconds", "The minute from which the forecasts were made.", labels=OF_SERIES
    )
    for entry, key, verdict in said:
        labels = _of(entry, key)
        for horizon, forecast in verdict.forecasts.items():
            for share, number in forecast.quantiles.items():
                value.add_metric([*labels, horizon, f"{share:g}"], number)
            if forecast.coverage is not None:
                covered.add_metric([*labels, horizon], forecast.coverage)
        if verdict.forecasts:
            made.add_metric(labels, verdict.at)
        if verdict.to_limit is not None:
            limit.add_metric(labels, verdict.to_limit)
    yield from (value, covered, limit, made)


def _health(health: Health, series: int) -> Iterator[Metric]:
    gauges = {
        "foresight_series": ("Series that are looked at now.", float(series)),
        "foresight_series_dropped": ("Series left out because a question has too many.", float(health.dropped)),
        "foresight_cycle_duration_seconds": ("Time that the last cycle took; it has a minute.", health.cycle_s),
        "foresight_last_success_timestamp_seconds": (
            "The last cycle in which Prometheus answered every question; the start of the service before the first.",
            health.last_success or health.started,
        ),
    }
    counters = {
        "foresight_cycles": ("Cycles.", health.cycles),
        "foresight_query_failures": ("Questions that Prometheus did not answer.", health.query_failures),
        "foresight_series_failures": ("Series that could not be judged.", health.series_failures),
        "foresight_state_failures": ("Times that the state could not be written.", health.state_failures),
    }
    for name, (text, number) in gauges.items():
        yield GaugeMetricFamily(name, text, value=number)
    for name, (text, count) in counters.items():
        yield CounterMetricFamily(name, text, value=count)
