"""What a signal is: one question, the expression that answers it, and the name under which the answer is recorded."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vitals.model.catalog import Scrape
from vitals.model.conventions import SERVICE, DashboardUid
from vitals.model.promql import Expr, Series, SeriesType, select
from vitals.model.signals.query import SignalQuery
from vitals_telemetry.contract import Unit


class Direction(StrEnum):
    """Which way is worse; decides colours, arrows and the side on which a bound may lie."""

    HIGHER_IS_WORSE = "higher is worse"
    LOWER_IS_WORSE = "lower is worse"
    NEITHER = "neither"


PER_SERVICE = (SERVICE,)
"""The labels of a series that a service or an exporter has once."""

DASHBOARD_OF_FAMILY = {
    "anomaly": DashboardUid.ANOMALIES,
    "api": DashboardUid.API,
    "components": DashboardUid.COMPONENTS,
    "database": DashboardUid.DATABASE,
    "cache": DashboardUid.CACHE,
    "meta": DashboardUid.STACK,
    "scaling": DashboardUid.AUTOSCALING,
    "slo": DashboardUid.SLO,
    "system": DashboardUid.SYSTEM,
    "targets": DashboardUid.API,
    "tasks": DashboardUid.TASKS,
    "users": DashboardUid.USERS,
}
"""The dashboard where the signals of a family live."""


class Group(StrEnum):
    """The rule group in which a signal is recorded, so that what feeds an alert is evaluated just before it."""

    OUTAGE = "outage"
    ARRIVAL = "arrival"
    API = "api"
    SLO = "slo"
    SLO_LONG = "slo-long"
    DATABASE = "database"
    CACHE = "cache"
    TASKS = "tasks"
    USERS = "users"
    COMPONENTS = "components"
    TREND = "trend"
    SYSTEM = "system"
    CAPACITY = "capacity"
    META = "meta"
    SCALING = "scaling"
    ANOMALY = "anomaly"

    def interval(self, scrape: Scrape) -> str:
        """How often the group is evaluated, as a duration."""
        slow = dict.fromkeys((Group.TREND, Group.CAPACITY), scrape.slow)
        return {Group.OUTAGE: scrape.page, Group.SLO_LONG: scrape.budgets, **slow}.get(self, scrape.others)


@dataclass(frozen=True, slots=True)
class Signal:
    """One question asked of a service, or of an exporter, which rules watch like a service without promises.

    Attributes:
        id: Stable, dotted: ``api.latency.p95``. Its first part is the family.
        title: A panel's title.
        question: The question, why it matters and what to do about a bad answer; a panel's description.
        unit: What one unit of the answer is.
        direction: Which way is worse.
        record: Recorded name, ``level:metric:operations``.
        labels: The labels of the recorded series.
        group: The rule group that records it.
        query: The expression, for whichever service or exporter it is asked of.
        static_labels: Labels that the recording rule sets itself, beside ``service``, which every record carries.
        may_be_empty: Why a healthy service may have no answer yet, as its panel says it; empty when it always has one.
            Under traffic it does not excuse.
        without_history: Why there is no answer at first, whatever the traffic; empty when there is one at once.
        needs: What there must be before the first answer, as a panel without one says it; empty for nothing.
        phrase: How a summary says it, a noun phrase with ``{value}`` where the value stands and ``{s}`` where a plural
            needs one: ``{value} alert{s} dropped``. Empty for the title with the value behind it.
    """

    id: str
    title: str
    question: str
    unit: Unit
    direction: Direction
    record: str
    labels: tuple[str, ...]
    group: Group
    query: SignalQuery
    static_labels: Mapping[str, str] = field(default_factory=dict)
    may_be_empty: str = ""
    without_history: str = ""
    needs: str = ""
    phrase: str = ""

    @property
    def family(self) -> str:
        """The metric family."""
        return self.id.split(".", 1)[0]

    @property
    def dashboard(self) -> str:
        """The uid of the dashboard that shows it."""
        return DASHBOARD_OF_FAMILY[self.family].value

    @property
    def panel(self) -> int:
        """The id of its panel: a pure function of the signal's id, so that an alert can link to it."""
        return panel_id(self.id)

    def select(self, **matchers: str) -> Expr:
        """Select the recorded series, for example ``signal.select(service="wellness-api")``."""
        return select(self.record, {**matchers, **self.static_labels})

    def recorded(self, **matchers: str) -> SignalQuery:
        """What was recorded for the target of another query, to be read by it."""
        return SignalQuery(lambda watched, _: self.select(**{SERVICE: watched.name, **matchers}))

    def ago(self, offset: str, **matchers: str) -> Expr:
        """Select the recorded series as it was some time ago, a duration such as ``1w``."""
        return select(self.record, {**matchers, **self.static_labels}, offset=offset)

    def series(self) -> Series:
        """The recorded series as vocabulary for alerts and panels."""
        open_labels = {name: frozenset[str]() for name in self.labels}
        return Series(self.record, SeriesType.GAUGE, open_labels)


def panel_id(key: str) -> int:
    """A panel id between 1 and a million from a stable key, the same on every machine."""
    return zlib.crc32(key.encode()) % 1_000_000 + 1
