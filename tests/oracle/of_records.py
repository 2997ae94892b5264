"""What is published about alerts, said of the numbers that are recorded: when those are at, above or below a bound.

:mod:`tests.oracle.published` judges raw samples, from which a number never comes out exactly as a bound, nor two queues
fill apart from each other as one likes. Here numbers are given as they would be recorded. Names, severities, waiting
and labels are those of the one statement that is published of each alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.oracle.alert_case import declared
from tests.oracle.conditions import Above, All, Below, Condition, Is, Statement, both
from tests.oracle.drawn import Only, Shown
from tests.oracle.measures import Made, Now
from tests.oracle.of_services import FIVE_MINUTES
from tests.oracle.published import PUBLISHED
from tests.oracle.world import Group

Alert = tuple[str, str]
"""Its id and its service."""


LIMITED: Mapping[str, Group] = {"database.connections.high": ("wellness",), "tasks.queue.high": ("reports",)}
"""Alerts of shares of a limit, and the database or queue to which the catalogue gives it."""


class Bound(NamedTuple):
    """A recorded number and what it is compared with.

    Attributes:
        record: Its name.
        how: One of ``>``, ``<`` and ``==``.
        value: The bound.
        times: What the number is multiplied by before.
    """

    record: str
    how: str
    value: float
    times: float = 1

    def condition(self, per: Group) -> Condition:
        """When it is true of a group."""
        number = Made(self._scaled, (Now(self.record, per),))
        if self.how == "==":
            return Is(number, self.value)
        return (Above if self.how == ">" else Below)(number, self.value)

    def _scaled(self, number: float) -> float:
        return number * self.times

    def values(self) -> tuple[float, ...]:
        """The bound itself, and a little to both sides: nearer than what is easily confused with it."""
        if self.how == "==":
            return 0, 1
        if not self.value:
            return 0, 0, 0.5, 2
        shares = (0.9, 1, 1.1, 1.1) if self.how == ">" else (0.9, 0.9, 1, 1.1)
        return tuple(share * self.value / self.times for share in shares)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What alerts of one service say of recorded numbers.

    Attributes:
        service: The service or exporter.
        bounds: By alert; all of an alert are true of the same group.
    """

    service: str
    bounds: Mapping[str, Sequence[Bound]]

    def statements(self) -> dict[Alert, Statement]:
        """The published statements with these conditions."""
        found = {}
        for alert, bounds in self.bounds.items():
            published = PUBLISHED[alert, self.service]
            condition = both(*(bound.condition(published.per) for bound in bounds))
            found[alert, self.service] = replace(published, condition=condition)
        return found

    def shown(self) -> dict[str, Shown]:
        """How the numbers are counted from raw samples, of alerts that are published as one comparison."""
        found = {}
        for alert, bounds in self.bounds.items():
            published = PUBLISHED[alert, self.service]
            if len(bounds) == 1 and isinstance(published.condition, Above | Below | Is):
                number = published.condition.number
                limited = Only(number, LIMITED[alert]) if alert in LIMITED else number
                found[bounds[0].record] = Shown(published.per, limited)
        return found

    def values(self) -> dict[str, tuple[Group, tuple[float, ...]]]:
        """For each record the labels that tell its series apart, and the values that matter to some alert."""
        found: dict[str, tuple[Group, tuple[float, ...]]] = {}
        for alert, bounds in self.bounds.items():
            for bound in bounds:
                _, others = found.get(bound.record, ((), ()))
                found[bound.record] = PUBLISHED[alert, self.service].per, (*others, *bound.values())
        return found


def _busy(record: str, more_than: int = 25) -> Bound:
    return Bound(record, ">", more_than, FIVE_MINUTES)


_QUERIES, _ASKED = (_busy(f"service_{name}:rate5m") for name in ("database:database_queries", "cache:cache_requests"))
_ENDED = "service_queue:tasks_ended:rate5m"
_COMPONENTS = {
    "components.time.high": (
        Bound("service_component:component_duration_seconds:p95_5m", ">", 1),
        _busy("service_component:component_calls:rate5m"),
    )
}
_DATABASE = {
    "database.time.high": (
        Bound("service_database:database_query_duration_seconds:p95_5m", ">", 0.5),
        _QUERIES,
    ),
    "database.errors.high": (Bound("service_database:database_query_errors:ratio_rate5m", ">", 0.05), _QUERIES),
    "database.connections.high": (Bound("service_database:database_connections:ratio", ">", 0.8),),
}
_SCRAPES = {
    "meta.scrape.slow": (Bound("service:scrape_time_used:ratio_max", ">", 0.75),),
    "meta.scrape.missed_high": (Bound("service:scrapes_missed:ratio5m", ">", 0.2),),
}
_REFUSED = {"meta.config.refused": (Bound("service:config_last_reload_successful:min", "==", 0),)}
_SPACE = "instance_mountpoint:node_filesystem_used:ratio"
_LEFT = "instance_mountpoint:node_filesystem_time_left_seconds"

_FAMILIES = (
    Recorded(
        "wellness-api",
        {
            "api.latency.high": (Bound("service:api_response_time_seconds:p95_5m", ">", 0.5),),
            "cache.hits.low": (Bound("service_cache:cache_hits:ratio_rate5m", "<", 0.3), _ASKED),
            "cache.time.high": (Bound("service_cache:cache_fetch_duration_seconds:p95_5m", ">", 0.025), _ASKED),
            "users.satisfaction.low": (
                Bound("service:user_satisfaction:apdex5m", "<", 0.85),
                _busy("service:user_requests:rate5m"),
            ),
            "users.time.high": (
                Bound("service_cohort:user_response_time_seconds:p95_5m", ">", 1),
                _busy("service_cohort:user_requests:rate5m"),
            ),
            **_COMPONENTS,
            **_DATABASE,
            **_SCRAPES,
        },
    ),
    Recorded(
        "wellness-worker",
        {
            "tasks.failures.high": (
                Bound("service_queue:tasks_failed:ratio_rate5m", ">", 0.25),
                _busy(_ENDED, 5),
            ),
            "tasks.wait.high": (Bound("service_queue:task_wait_seconds:p95_5m", ">", 30), _busy(_ENDED)),
            "tasks.queue.high": (Bound("service_queue:task_queue_length:ratio", ">", 0.5),),
            **_COMPONENTS,
            **_DATABASE,
            **_SCRAPES,
        },
    ),
    Recorded(
        "prometheus",
        {
            "meta.rules.failing": (Bound("service:rule_evaluation_failures:increase5m", ">", 0),),
            "meta.alerts.dropped_any": (Bound("service:alerts_dropped:increase5m", ">", 0),),
            "meta.series.high": (Bound("service:tsdb_head_series:max", ">", 20_000),),
            **_REFUSED,
            **_SCRAPES,
        },
    ),
    Recorded(
        "alertmanager",
        {
            "meta.notifications.failing": (
                Bound("service_integration:notifications_failed:ratio_increase15m", ">", 0.05),
            ),
            **_REFUSED,
            **_SCRAPES,
        },
    ),
    Recorded("keda", {"meta.scaler.blind": (Bound("scaledobject:scaler_errors:increase5m", ">", 0),), **_SCRAPES}),
    Recorded(
        "collector", {"meta.traces.lost_many": (Bound("service:spans_lost:ratio_rate5m", ">", 0.05),), **_SCRAPES}
    ),
    Recorded(
        "node",
        {
            "system.cpu.high": (Bound("instance:node_cpu_busy:ratio_rate5m", ">", 0.9),),
            "system.memory.oom": (Bound("instance:node_oom_kills:increase10m", ">", 0),),
            "system.disk.space_low": (Bound(_SPACE, ">", 0.9),),
            "system.disk.nearly_full": (Bound(_SPACE, ">", 0.97),),
            "system.disk.saturated": (Bound("instance_device:node_disk_busy:ratio_rate5m", ">", 0.95),),
            "system.disk.full_in_hours": (Bound(f"{_LEFT}:deriv1h", "<", 4 * 3600), Bound(_SPACE, ">", 0.8)),
            "system.disk.full_in_days": (Bound(f"{_LEFT}:deriv6h", "<", 72 * 3600), Bound(_SPACE, ">", 0.6)),
            **_SCRAPES,
        },
    ),
    Recorded(
        "kubelet", {"system.container.memory_high": (Bound("container:memory_used:ratio", ">", 0.95),), **_SCRAPES}
    ),
    Recorded(
        "kube-state-metrics",
        {
            "system.pod.restarts_often": (Bound("pod:container_restarts:increase1h", ">", 3),),
            "system.pod.replicas_missing": (Bound("deployment:replicas_missing:max", ">", 0),),
            **_SCRAPES,
        },
    ),
    Recorded("redis", {"system.redis.memory_high": (Bound("instance:redis_memory_used:ratio", ">", 0.9),), **_SCRAPES}),
    Recorded(
        "stackdriver",
        {"system.firestore.failing_high": (Bound("database:firestore_failures:ratio_rate10m", ">", 0.05),)},
    ),
)
_HOW = {Above: ">", Below: "<", Is: "=="}


def _declared() -> dict[str, dict[str, Sequence[Bound]]]:
    """The bounds of alerts that have a file of their own, by service."""
    found: dict[str, dict[str, Sequence[Bound]]] = {}
    for case in declared():
        if case.record:
            first = case.condition.conditions[0] if isinstance(case.condition, All) else case.condition
            assert isinstance(first, Above | Below | Is), f"{case.id} does not compare {case.record} with one bound"
            value = first.value if isinstance(first, Is) else first.bound
            enough = (_busy(case.events, case.more_than),) if case.events else ()
            found.setdefault(case.service, {})[case.id] = (Bound(case.record, _HOW[type(first)], value), *enough)
    return found


_OF_FILES = _declared()
RECORDED = (
    *(replace(one, bounds={**one.bounds, **_OF_FILES.pop(one.service, {})}) for one in _FAMILIES),
    *(Recorded(service, bounds) for service, bounds in _OF_FILES.items()),
)
"""Every alert that compares what is recorded with bounds, and does nothing else."""
