"""Is a second odd signal enough to page? Rules of two signals, on what hurts users and on what does not.

A service has four signals that move with its traffic. Some of its weeks have an event that hurts no one, such as a
campaign or a batch job, others an incident that users feel; the rest are calm. A rule pages when signals of the kinds
that it names are anomalies within the same hour. How often that happens by chance is also counted on labelled series of
the field: four of a collection at a time, as if they were one service. The services are simulated, so they compare
rules; how many campaigns a team has decides what a rule costs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.bench.data import LabelledSeries
from vitals.foresight.bench.events import EventCount, count_events, probation
from vitals.foresight.bench.inject import CADENCE, DAY, MONDAY, daily_wave, weekends
from vitals.foresight.bench.recall import AFTERWARDS
from vitals.foresight.causal import smoothed
from vitals.foresight.detect import detect
from vitals.foresight.kinds import SignalKind
from vitals.foresight.series import FloatArray

Alarms = NDArray[np.bool_]
DAYS = 21
ROWS = round(DAYS * DAY / CADENCE)
FIRST = 10 * 288
"""Rows before which nothing happens: ten days, so that days and one week are known."""
SERVICES = 8
"""Seeds of each event, and of calm services."""
KINDS = {
    "requests": SignalKind.RATE,
    "errors": SignalKind.ERRORS,
    "latency": SignalKind.LATENCY,
    "resource": SignalKind.QUEUE,
}
"""A signal of each type that the service exports."""
GROUP = 4
"""Labelled series that are taken for one service."""


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """Something that happens to a service.

    Attributes:
        rows: How long.
        factors: By how much each signal is multiplied; a signal that is not named stays as it is.
        hurts: Whether users feel it.
    """

    rows: int
    factors: Mapping[str, float]
    hurts: bool


EVENTS: dict[str, ServiceEvent] = {
    "campaign (2 h)": ServiceEvent(24, {"requests": 1.8, "latency": 1.12, "resource": 1.5}, hurts=False),
    "crawler (4 h)": ServiceEvent(48, {"requests": 1.5, "resource": 1.25}, hurts=False),
    "batch job (1 h)": ServiceEvent(12, {"resource": 2.5, "latency": 1.08}, hurts=False),
    "holiday (1 day)": ServiceEvent(288, {"requests": 0.6, "latency": 0.95, "resource": 0.75}, hurts=False),
    "slow dependency (1 h)": ServiceEvent(12, {"latency": 2.0, "resource": 2.0}, hurts=True),
    "failing dependency (1 h)": ServiceEvent(12, {"errors": 10.0, "latency": 1.3}, hurts=True),
    "saturation (2 h)": ServiceEvent(24, {"latency": 3.0, "resource": 5.0, "errors": 3.0}, hurts=True),
    "outage of a client (1 h)": ServiceEvent(12, {"requests": 0.1, "errors": 4.0}, hurts=True),
    "bad deploy (6 h)": ServiceEvent(72, {"errors": 4.0, "latency": 1.5}, hurts=True),
}
"""Harmless ones first. Sizes are those that post-mortems tell of; an SLO of 99.9 % burns fast in each that hurts."""
RULES: dict[str, Callable[[Mapping[str, Alarms]], Alarms]] = {
    "two kinds": lambda active: _count(active) > 1,
    "errors or latency, and another": lambda active: (_count(active) > 1) & (active["errors"] | active["latency"]),
    "errors and latency": lambda active: active["errors"] & active["latency"],
    "three kinds": lambda active: _count(active) > 2,  # noqa: PLR2004 - as its name says
}
"""When each rule would page, row by row, from which kinds are active anomalies."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule did.

    Attributes:
        name: The rule.
        calm: Pages per service and week in which nothing happened.
        by_event: Share of each event's services that were paged during it.
    """

    name: str
    calm: float
    by_event: Mapping[str, float]


def second_signal(announce: Callable[[str], None]) -> list[RuleResult]:
    """Try each rule on calm services and on those with an event."""
    announce("calm services")
    calm = [(service[0], _active(*service)) for service in (simulated_service(seed) for seed in range(SERVICES))]
    during: dict[str, list[tuple[FloatArray, Mapping[str, Alarms], tuple[float, float]]]] = {}
    for name in EVENTS:
        announce(name)
        during[name] = [(times, _active(times, signals), span) for times, signals, span in _with_event(name)]
    return [
        RuleResult(
            rule,
            sum((_counted(times, pages(active), []) for times, active in calm), EventCount()).false_per_week,
            {
                name: float(np.mean([_counted(times, pages(active), [span]).hits for times, active, span in found]))
                for name, found in during.items()
            },
        )
        for rule, pages in RULES.items()
    ]


def by_chance(series: Sequence[LabelledSeries]) -> tuple[float, float]:
    """How often two of four labelled series are anomalies within an hour though neither is in a labelled window.

    Series of a collection are taken four at a time, in the order of their names, at the same distance from their begin.

    Returns:
        Pages per group and week, and the weeks that were counted.
    """
    pages, weeks = 0, 0.0
    for group in sorted({one.group for one in series}):
        of_group = [one for one in series if one.group == group]
        for start in range(0, len(of_group) - 1, GROUP):
            count = _of_group(of_group[start : start + GROUP])
            pages, weeks = pages + count.false_alarms, weeks + count.weeks
    return (pages / weeks if weeks else 0.0), weeks


def _of_group(series: Sequence[LabelledSeries]) -> EventCount:
    """Episodes in which two of the series are active, on minutes from their begins."""
    length = min(one.times[-1] - one.times[0] for one in series)
    clock = np.arange(0.0, length, CADENCE)
    active = np.zeros((len(series), len(clock)), dtype=np.bool_)
    windows: list[tuple[float, float]] = []
    for row, one in enumerate(series):
        alarms = detect(one.times, one.values).anomaly
        alarms[: probation(len(alarms))] = False
        moments = one.times[alarms] - one.times[0]
        active[row, np.searchsorted(clock, moments[moments < length], side="right") - 1] = True
        windows += [(begin - one.times[0], end - one.times[0]) for begin, end in one.windows]
    return count_events(clock, active.sum(axis=0) > 1, windows)


def simulated_service(seed: int) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Times and signals of a service for three weeks, without an event."""
    random = np.random.default_rng([seed, 41])
    times: FloatArray = MONDAY + CADENCE * np.arange(ROWS, dtype=np.float64)
    traffic = daily_wave(times, random) * weekends(times, 0.8)
    traffic = traffic * (1.0 + 0.1 * smoothed(random.standard_normal(ROWS), 0.1))

    def noise(share: float) -> FloatArray:
        return np.asarray(np.exp(share * random.standard_normal(ROWS)), dtype=np.float64)

    requests = random.poisson(100.0 * CADENCE * traffic) / CADENCE
    failed = random.poisson(0.0005 * CADENCE * requests)
    return times, {
        "requests": requests,
        "errors": failed / np.maximum(requests * CADENCE, 1.0),
        "latency": 0.06 * (1.0 + 0.15 * (traffic - 1.0)) * noise(0.06),
        "resource": 20.0 * traffic * noise(0.1),
    }


def _with_event(name: str) -> Iterator[tuple[FloatArray, dict[str, FloatArray], tuple[float, float]]]:
    event = EVENTS[name]
    for seed in range(SERVICES):
        times, signals = simulated_service(100 + seed)
        random = np.random.default_rng([seed, list(EVENTS).index(name)])
        start = int(random.integers(FIRST, ROWS - event.rows - 1))
        for signal, factor in event.factors.items():
            rows = signals[signal][start : start + event.rows]
            least = 1.0 / (100.0 * CADENCE) if signal == "errors" else 0.0  # none failed: then some do
            signals[signal][start : start + event.rows] = np.maximum(rows, least) * factor
        yield times, signals, (float(times[start]), float(times[start + event.rows]) + AFTERWARDS)


def _active(times: FloatArray, signals: Mapping[str, FloatArray]) -> dict[str, Alarms]:
    return {name: detect(times, signals[name], kind).anomaly for name, kind in KINDS.items()}


def _counted(times: FloatArray, pages: Alarms, windows: Sequence[tuple[float, float]]) -> EventCount:
    return count_events(times, pages, windows, skip=FIRST - 1)


def _count(active: Mapping[str, Alarms]) -> NDArray[np.int_]:
    return np.asarray(sum(one.astype(np.int_) for one in active.values()))
