"""What an API promises, and when that is broken: it is out, it burns a budget too fast, nothing is counted of it.

Sources: docs/adr/0002, 0003, 0006 and 0018. Written by hand; nothing here is read from a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vitals.verify.oracle.burn_rates import SloCounts, burns, slo_counts
from vitals.verify.oracle.conditions import Above, Condition, ScrapeGap, Statement, both, either, gap_of
from vitals.verify.oracle.first_seen import Counted
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    Derived,
    OrNone,
    Share,
    SumOfKept,
)
from vitals.verify.oracle.observations import Group, Measure, Observations

DAY = 24 * HOUR
FIVE_MINUTES = 5 * MINUTE
LEAST_FAILURES = 4
"""While scrapes are missed one failure is seen by so many evaluations, so fewer may be a single one."""


@dataclass(frozen=True, slots=True)
class ApiTerms:
    """What an API promises, and how it is watched.

    Attributes:
        failed_share: The share of requests that may fail, 0.001 at 99.9 %; ``None`` where nothing is said of it.
        slow_share: The share that may take longer than ``within``; ``None`` where nothing is said of it.
        within: Seconds.
        scraped: Seconds between two scrapes, and between two evaluations of what pages at once.
        evaluated: Seconds between two evaluations of what is counted for budgets.
    """

    failed_share: float | None
    slow_share: float | None
    within: float = 0
    scraped: int = 5
    evaluated: int = 15

    def statements(self) -> dict[str, Statement]:
        """Every alert that follows from it, by id."""
        out = outage(self.scraped, least_failures(self.failed_share)) if self.failed_share is not None else {}
        return {**out, **recorded(self), **budgets(self)}


def least_failures(failed_share: float) -> int:
    """How many failures in a row are, by chance, less likely than one in a billion."""
    failures, chance = 1, failed_share
    while chance >= 1e-9 * (1 - 1e-6):
        failures, chance = failures + 1, chance * failed_share
    return max(LEAST_FAILURES, failures)


@dataclass(frozen=True, slots=True)
class WithinBound:
    """Answered within a bound, in seconds, by the bucket of a histogram."""

    bound: float

    def __call__(self, labels: Mapping[str, str]) -> bool:
        """Whether a series is the bucket of that bound."""
        return float(labels["le"]) == self.bound


def server_error(labels: Mapping[str, str]) -> bool:
    """The service's own fault."""
    return labels["status"].startswith("5")


def client_left(labels: Mapping[str, str]) -> bool:
    """The client went away before its answer began."""
    return labels["status"] == "499"


def outage(scraped: int, failures: int) -> dict[str, Statement]:
    """ServiceOutage of a service.

    Args:
        scraped: Seconds between scrapes and between evaluations.
        failures: How many failures no chance explains.
    """
    calls = Counted("api_calls_total", 4 * scraped, newest=True, unseen=scraped, scraped=scraped)
    failed = OrNone(replace(calls, counts=server_error), calls)
    given_up = OrNone(replace(calls, counts=client_left), calls)
    sums = SumOfKept(failed, FIVE_MINUTES), SumOfKept(calls, FIVE_MINUTES)
    failing = either(
        both(Above(Share(failed, calls), 0.9), Above(failed, failures / scraped, or_at=True)),
        both(Above(Share(*sums), 0.9), Above(sums[0], failures / scraped, or_at=True)),
    )
    return {
        f"api.outage.{reason}": Statement(
            "ServiceOutage", "critical", condition, for_, labels={"reason": reason.replace("_", "-")}, gap=gap
        )
        for reason, condition, for_, gap in (
            ("failing", failing, 0, gap_of(scraped)),
            ("given_up", left(given_up, calls, scraped), 0, gap_of(scraped)),
            ("gone", Gone(2 * scraped, tries=2), 0, ScrapeGap(2 * scraped, tries=2)),
            ("absent", Absent(), MINUTE, None),
        )
    }


def left(given_up: Measure, calls: Measure, scraped: int) -> Condition:
    """More than half of all clients left in a minute, or in five: 21 at least."""
    found = []
    for window in (MINUTE, FIVE_MINUTES):
        many, every = SumOfKept(given_up, window), SumOfKept(calls, window)
        found.append(both(Above(Share(many, every), 0.5), Above(many, 21 / scraped, or_at=True)))
    return either(*found)


@dataclass(frozen=True, slots=True)
class Gone:
    """No replica answered, and each was asked often enough."""

    seconds: int
    tries: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """True with the number of answers, which is zero."""
        asked = [series.values[slice(*series.within(instant, self.seconds))] for _, series in world.chosen("up", ())]
        asked = [answers for answers in asked if answers]
        gone = asked and not any(map(any, asked)) and min(map(len, asked)) >= self.tries
        return {(): 0.0} if gone else {}


@dataclass(frozen=True, slots=True)
class Absent:
    """No replica is known."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """True with one, as there is nothing to count."""
        known = any(series.at(instant) is not None for _, series in world.chosen("up", ()))
        return {} if known else {(): 1.0}


def recorded(terms: ApiTerms) -> dict[str, Statement]:
    """An objective whose events are not recorded while a target is up and not idle, for five minutes."""
    calls, answers, fast = _counted(terms)
    of: dict[str, tuple[Measure, ...]] = {}
    if terms.failed_share is not None:
        of["availability"] = (calls,)
    if terms.slow_share is not None:
        of["latency"] = (answers, fast)
    return {
        f"api.recorded.{slo}": Statement(
            "NothingRecorded",
            "critical",
            NotRecorded(events, terms.scraped),
            FIVE_MINUTES,
            labels={"slo": slo},
            gap=gap_of(terms.scraped),
        )
        for slo, events in of.items()
    }


def _counted(terms: ApiTerms) -> tuple[Counted, Counted, Counted]:
    """Requests, answers and answers in time, per second over a minute."""
    calls = Counted("api_calls_total", MINUTE, scraped=terms.scraped)
    answers = replace(calls, counter="api_response_time_seconds_count")
    fast = replace(calls, counter="api_response_time_seconds_bucket", counts=WithinBound(terms.within))
    return calls, answers, fast


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """A target was up lately, not every kind of event has a value, and requests came or were never watched for.

    Attributes:
        events: What must have a value.
        scraped: Seconds between two scrapes: of four, one that is missed changes nothing.
    """

    events: tuple[Measure, ...]
    scraped: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """True with zero."""
        up = any(
            1 in series.values[slice(*series.within(instant, 4 * self.scraped))] for _, series in world.chosen("up", ())
        )
        if not up or all(one.at(world, instant) for one in self.events) or self._idle(world, instant):
            return {}
        return {(): 0.0}

    def _idle(self, world: Observations, instant: int) -> bool:
        """No request was in flight for ten minutes, and none was ever counted."""
        spans = (series.within(instant, 4 * self.scraped) for _, series in world.chosen("api_calls_total", ()))
        counted = any(first < end for first, end in spans)
        in_flight = [
            value
            for _, series in world.chosen("api_requests_in_flight", ())
            for value in series.values[slice(*series.within(instant, 600))]
        ]
        return not counted and bool(in_flight) and not any(in_flight)


def slos(terms: ApiTerms) -> dict[str, SloCounts]:
    """What is counted of the objectives: good answers, and those in time."""
    calls, answers, fast = _counted(terms)
    found = {}
    if terms.failed_share is not None:
        failed = OrNone(replace(calls, counts=server_error), calls)
        found["availability"] = slo_counts(failed, calls, terms.failed_share, terms.evaluated)
    if terms.slow_share is not None:
        slow = Derived(lambda every, good: every - good, (answers, fast))
        found["latency"] = slo_counts(slow, answers, terms.slow_share, terms.evaluated)
    return found


def budgets(terms: ApiTerms) -> dict[str, Statement]:
    """The burn-rate alerts of each objective."""
    found = {}
    for slo, of in slos(terms).items():
        name = {"availability": "ErrorBudgetBurn", "latency": "LatencyBudgetBurn"}[slo]
        after = "ServiceOutage" if slo == "availability" else ""
        fast, slow = f"{name}Fast", f"{name}Slow"
        page = (
            burns(of, 14.4, HOUR, 5, fast, after=after),
            burns(of, 6, 6 * HOUR, 30, fast, first=HOUR, after=after),
        )
        drip = burns(of, 3, DAY, 120, slow), burns(of, 1, 3 * DAY, 360, slow, first=DAY)
        labels = {"slo": slo}
        found[f"slo.{slo}.fast"] = Statement(fast, "critical", either(*page), labels=labels)
        found[f"slo.{slo}.slow"] = Statement(slow, "warning", either(*drip), labels=labels)
    return found
