"""Conditions that look at what is recorded over a window: budgets, trends, limits ahead, outages.

As in :mod:`tests.oracle.of_records` the recorded numbers are preset, and all but the condition is the spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.oracle.declared import Alert
from tests.oracle.of_foresight import AnyActive
from tests.oracle.of_trends import DAY, FIVE_MINUTES, ahead, fewer_than_last_week, worse_every_day, worse_than_last_week
from tests.oracle.specs import SPECS
from vitals.verify.oracle.burn_rates import WindowBurn, busy_enough, least_requests, pair
from vitals.verify.oracle.conditions import Above, Condition, Equals, Statement, both, either
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    CountOfKept,
    Derived,
    LowestKept,
    Now,
    Share,
    SumOfKept,
)
from vitals.verify.oracle.objectives import left
from vitals.verify.oracle.observations import Group, Measure, Observations

API, WORKER = "wellness-api", "wellness-worker"
BUDGETS = {"availability": 0.001, "latency": 0.01}
"""The share of answers that may be bad, by objective."""
KNOWN = "service_slo:events_known:ratio"
"""What is recorded of how much of a window is known, without the window."""


@dataclass(frozen=True, slots=True)
class Of:
    """A number of one group only."""

    of: Measure
    group: Group

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number, of the service as a whole."""
        found = self.of.at(world, instant)
        return {(): found[self.group]} if self.group in found else {}


@dataclass(frozen=True, slots=True)
class Unless:
    """A condition that says nothing while another number is known."""

    condition: Condition
    other: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The groups of which it is true, or none."""
        return {} if self.other.at(world, instant) else self.condition.at(world, instant)


def of_slo(record: str, slo: str) -> Measure:
    """What is recorded of one objective."""
    return Of(Now(record, ("slo",)), (slo,))


class Burn(NamedTuple):
    """A burn window, long and short, over which a budget burns so many times too fast, and which alert says so."""

    alert: str
    rate: float
    window: str
    seconds: int
    short: str

    @property
    def events(self) -> str:
        """What is recorded of the requests that the long window counts."""
        return "service_slo:events:rate1m" if self.seconds <= HOUR else "service_slo:events:mean5m"

    @property
    def first(self) -> str:
        """The long window of the first pair of the alert, where this is another one; else empty."""
        return {"6h": "1h", "3d": "1d"}.get(self.window, "")

    @property
    def held_by(self) -> tuple[str, ...]:
        """The windows of which the alert asks how much is known."""
        return (self.short,) if self.alert == "slow" else (self.window, self.short)

    def requests(self, slo: str) -> float:
        """How many requests the long window must hold."""
        return least_requests(self.rate, BUDGETS[slo])

    def of(self, slo: str) -> Condition:
        """When that is so."""
        enough = busy_enough(of_slo(self.events, slo), self.seconds, self.requests(slo))
        long, short = (
            WindowBurn(of_slo(f"service_slo:burn_rate:{window}", slo), of_slo(f"{KNOWN}{window}", slo))
            for window in (self.window, self.short)
        )
        begins: Condition = Above(long.burn, self.rate)
        if slo == "availability" and self.alert == "fast":
            begins = Unless(begins, CountOfKept(Now("ALERTS"), self.seconds // 12 + MINUTE))
        name = {"availability": "ErrorBudgetBurn", "latency": "LatencyBudgetBurn"}[slo] + self.alert.title()
        if self.alert == "anomaly":
            name = SPECS[BESIDE_ANOMALY].name
        others = of_slo(f"service_slo:burn_rate:{self.first}", slo) if self.first else None
        return both(pair(begins, None if self.alert == "slow" else long, short, self.rate, name, first=others), enough)


BURNS = (
    Burn("fast", 14.4, "1h", HOUR, "5m"),
    Burn("fast", 6, "6h", 6 * HOUR, "30m"),
    Burn("slow", 3, "1d", DAY, "2h"),
    Burn("slow", 1, "3d", 3 * DAY, "6h"),
)
"""Of the fast alert and of the slow one, each in the order in which it is checked."""
BURN_BESIDE_ANOMALY = Burn("anomaly", 7.2, "1h", HOUR, "5m")
"""What pages while something is odd: half of what pages by itself."""
BESIDE_ANOMALY = "anomaly.active.burning", API


def burning() -> dict[Alert, Statement]:
    """The burn-rate alerts, by what is recorded of burn rates, requests and outages."""
    found: dict[Alert, Condition] = {}
    for slo in BUDGETS:
        first, second, *drip = (burn.of(slo) for burn in BURNS)
        found |= {(f"slo.{slo}.fast", API): either(first, second), (f"slo.{slo}.slow", API): either(*drip)}
    return _with_spec(found)


def burning_beside_an_anomaly() -> dict[Alert, Statement]:
    """The page on either budget while an anomaly is active."""
    rates = either(*(BURN_BESIDE_ANOMALY.of(slo) for slo in BUDGETS))
    return _with_spec({BESIDE_ANOMALY: both(rates, Above(AnyActive(), 0))})


def outages() -> dict[Alert, Statement]:
    """An outage by failures, by the paces that are recorded every five seconds; and by scrapes, as in the spec."""
    failed, calls, share = (
        Now(f"service:api_{name}") for name in ("errors:irate", "calls:irate", "errors:ratio_irate")
    )
    sums = SumOfKept(failed, FIVE_MINUTES), SumOfKept(calls, FIVE_MINUTES)
    newest, many = (Above(Derived(lambda pace: pace * 5, (one,)), 4, or_at=True) for one in (failed, sums[0]))
    now, lately = both(Above(share, 0.9), newest), both(Above(Share(*sums), 0.9), many)
    given_up = left(Now("service:api_given_up:irate"), calls, 5)
    by_scrapes = {alert: SPECS[alert] for alert in (("api.outage.gone", API), ("api.outage.absent", API))}
    return {
        **_with_spec({("api.outage.failing", API): either(now, lately), ("api.outage.given_up", API): given_up}),
        **by_scrapes,
    }


RECORDED = "service_slo:events_recorded:bool"


def unrecorded() -> dict[Alert, Statement]:
    """Objectives whose events are not recorded."""
    return _with_spec({(f"api.recorded.{slo}", API): Equals(of_slo(RECORDED, slo), 0) for slo in BUDGETS})


def _with_spec(conditions: Mapping[Alert, Condition]) -> dict[Alert, Statement]:
    return {alert: replace(SPECS[alert], condition=condition) for alert, condition in conditions.items()}


_DATABASE: Group = ("database",)
_CONNECTIONS = "service_database:database_connections:ratio", _DATABASE
LIMITS: Mapping[Alert, tuple[str, Group]] = {
    ("database.connections.ahead", API): _CONNECTIONS,
    ("database.connections.ahead", WORKER): _CONNECTIONS,
    ("tasks.queue.ahead", WORKER): ("service_queue:task_queue_length:ratio", ("queue",)),
}
"""By alert that looks ahead the share of a limit that is recorded, and what distinguishes its series."""


def limits() -> dict[Alert, Statement]:
    """Limits that will be reached."""
    return _with_spec({alert: ahead(Now(record, per)) for alert, (record, per) in LIMITS.items()})


READ_ONLY = "instance_mountpoint:node_filesystem_readonly:max"


def turned_read_only() -> dict[Alert, Statement]:
    """Filesystems that are read-only and were not a day ago."""
    now = Now(READ_ONLY, ("instance", "mountpoint"))
    turned = both(Equals(now, 1), Equals(LowestKept(now, DAY), 0))
    return _with_spec({("system.disk.read_only", "node"): turned})


_RESPONSES, _QUERIES = (
    "service:api_response_time_seconds:p95_5m",
    "service_database:database_query_duration_seconds:p95_5m",
)
HOURS: Mapping[Alert, tuple[str, Group, float, float]] = {
    ("api.latency.week", API): (_RESPONSES, (), 1.5, 0.1),
    ("database.time.week", API): (_QUERIES, _DATABASE, 1.5, 0.05),
    ("cache.hits.week", API): ("service_cache:cache_hits:ratio_rate5m", ("cache",), 0.8, 0.9),
    ("users.satisfaction.week", API): ("service:user_satisfaction:apdex5m", (), 0.95, 0.95),
    ("database.time.week", WORKER): (_QUERIES, _DATABASE, 1.5, 0.05),
    ("api.traffic.week", API): ("service:api_calls:rate1m", (), 0.3, 0.02),
    ("tasks.done.week", WORKER): ("service_queue:tasks_ended:rate5m", ("queue",), 0.3, 0.02),
    ("tasks.wait.week", WORKER): ("service_queue:task_wait_seconds:p95_5m", ("queue",), 1.5, 1),
    ("api.latency.days", API): (_RESPONSES, (), 1.2, 0.1),
    ("database.time.days", API): (_QUERIES, _DATABASE, 1.2, 0.05),
    ("database.time.days", WORKER): (_QUERIES, _DATABASE, 1.2, 0.05),
}
"""By alert the record whose mean of an hour is compared, what distinguishes its series, the ratio, and what matters."""
FEWER = ("api.traffic.week", "tasks.done.week")
"""Alerts on far fewer than a week ago; what matters is how many there were then."""


def trends() -> dict[Alert, Statement]:
    """Comparisons with the past, of preset means of an hour."""
    found = {}
    for alert, (record, per, by, beyond) in HOURS.items():
        hour = Now(f"{record}_mean1h", per)
        worse = worse_every_day if alert[0].endswith(".days") else worse_than_last_week
        found[alert] = fewer_than_last_week(hour) if alert[0] in FEWER else worse(hour, by, beyond)
    return _with_spec(found)
