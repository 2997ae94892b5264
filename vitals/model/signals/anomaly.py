"""The anomaly family: is a service other than its own past says, and when will it reach a limit?

The foresight service finds both, of the series that :data:`WATCHED` and :data:`LIMITED` list; here it is only read. A
service has these signals where its environment runs the foresight service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from vitals.model.catalog import Environment, Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, max_by, min_by, over_time
from vitals.model.signals import api, cache, database, gauge, tasks, users
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

EXPORTER = "foresight"
OF_SERVICE, NAME, TYPE = "anomaly_service", "anomaly_name", "anomaly_type"
LABELS = (SERVICE, NAME, TYPE)
AnomalyType = Literal["requests", "errors", "latency", "resource"]
Kind = Literal["latency", "rate", "errors", "ratio", "queue", "gauge"]
NONE_YET = "the foresight service has seen nothing of it yet"


@dataclass(frozen=True, slots=True)
class Watched:
    """A signal that is compared with its own past.

    Attributes:
        signal: The signal.
        type: ``requests``, ``errors``, ``latency`` or ``resource``.
        kind: Which deviations count, as ``vitals foresight detect --kind`` has it.
        horizons: Which forecasts are made of it, durations.
    """

    signal: Signal
    type: AnomalyType
    kind: Kind
    horizons: tuple[str, ...] = ()


WATCHED = (
    Watched(api.TRAFFIC, "requests", "rate", ("1h",)),
    Watched(api.ERRORS, "errors", "errors"),
    Watched(api.LATENCY_P95, "latency", "latency"),
    Watched(database.TIME_P95, "latency", "latency"),
    Watched(cache.HITS, "resource", "ratio"),
    Watched(tasks.WAIT_P95, "latency", "latency"),
    Watched(tasks.LENGTH, "resource", "queue"),
    Watched(users.SATISFACTION, "errors", "ratio"),
)
"""One for each question that users feel or that explains what they feel. By endpoint or cohort there would be dozens of
series with little traffic each, and each series costs false alarms."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A signal that must not reach a value.

    Attributes:
        signal: Its id; an objective's signals exist once per objective.
        limit: The value, in its base unit.
        kind: As for :class:`Watched`.
    """

    signal: str
    limit: float
    kind: Kind


LIMITED = (
    Limited("slo.availability.budget_left", 0.0, "gauge"),
    Limited("slo.latency.budget_left", 0.0, "gauge"),
    Limited("tasks.saturation.queue", 1.0, "queue"),
    Limited("database.saturation.connections", 1.0, "queue"),
    Limited("system.disk.free", 0.0, "gauge"),
)
"""What runs out: budgets, queues, connections and disks."""


def read(metric: str, service: Service, scrape: Scrape) -> Expr:
    """The last value of a metric of the foresight service about one service, over missed scrapes."""
    return over_time("last", metric, {SERVICE: EXPORTER, OF_SERVICE: service.name}, window(scrape))


def window(scrape: Scrape) -> str:
    """Over which the metrics of the foresight service are read, a duration."""
    return f"{gauge.SCRAPES * seconds(scrape.others):g}s"


def _highest(metric: str, service: Service, scrape: Scrape) -> Expr:
    return max_by((NAME, TYPE), read(metric, service, scrape))


def _nearest(service: Service, scrape: Scrape) -> Expr:
    return min_by((NAME, TYPE), read("forecast_limit_seconds", service, scrape))


SCORE = Signal(
    id="anomaly.score.series",
    title="Anomaly score",
    question="Which series is other than its own past says? From 0 to 1, for ranking; it fades within half an hour.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_anomaly:score:max",
    labels=LABELS,
    group=Group.ANOMALY,
    query=SignalQuery(partial(_highest, "anomaly_score")),
    without_history=NONE_YET,
)

ACTIVE = Signal(
    id="anomaly.active.series",
    title="Active anomalies",
    question="Which series beats its own record, in the first hour of an incident? Look at it beside what changed.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_anomaly:active:max",
    labels=LABELS,
    group=Group.ANOMALY,
    query=SignalQuery(partial(_highest, "anomaly_active")),
    without_history=NONE_YET,
)

TIME_TO_LIMIT = Signal(
    id="anomaly.limit.series",
    title="Time to limit",
    question=(
        "When does a budget, a queue or a disk run out, if it goes on as on the days before at the same hours? Only "
        "what nears its limit has a value."
    ),
    unit=Unit.SECONDS,
    direction=Direction.LOWER_IS_WORSE,
    record="service_anomaly:time_to_limit_seconds:min",
    labels=LABELS,
    group=Group.ANOMALY,
    query=SignalQuery(_nearest),
    without_history="nothing nears a limit, or fewer than three days are known",
    phrase="limit reached in {value}",
)

TYPES = Signal(
    id="anomaly.active.types",
    title="Types of anomaly at once",
    question="Do several kinds of signal agree that something is odd? One alone is chance more often than two.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service:anomaly_types_active:count",
    labels=PER_SERVICE,
    group=Group.ANOMALY,
    query=(ACTIVE.recorded().max_by((SERVICE, TYPE)) > 0).count_by(PER_SERVICE),
    without_history="nothing is other than its past",
    phrase="{value} types of anomaly at once",
)

SIGNALS = (SCORE, ACTIVE, TYPES, TIME_TO_LIMIT)


def signals(found: Iterable[Signal], environment: Environment) -> tuple[Signal, ...]:
    """What is said of the signals of a service or exporter; nothing where no foresight service looks at them."""
    return about(found) if EXPORTER in environment.exporters else ()


def about(found: Iterable[Signal]) -> tuple[Signal, ...]:
    """What a foresight service says where these signals exist."""
    ids = {signal.id for signal in found}
    judged = (SCORE, ACTIVE, TYPES) if any(one.signal.id in ids for one in WATCHED) else ()
    limited = (TIME_TO_LIMIT,) if any(one.signal in ids for one in LIMITED) else ()
    return (*judged, *limited)
