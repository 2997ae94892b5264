"""The spec of alerts, in terms of recorded numbers: when those are at, above or below a bound.

:mod:`tests.oracle.specs` reads raw samples, from which a number never comes out exactly as a bound, nor two queues
fill apart from each other as one likes. Here numbers are preset as they would be recorded. Names, severities, waiting
and labels are those of the one spec of each alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.oracle.of_services import FIVE_MINUTES
from tests.oracle.recorded_values import Only, RecordedValue
from tests.oracle.specs import SPECS
from vitals.verify.oracle.alert_case import declared
from vitals.verify.oracle.conditions import Above, All, Below, Condition, Equals, Statement, both
from vitals.verify.oracle.measures import Derived, Now
from vitals.verify.oracle.observations import Group

Alert = tuple[str, str]
"""Its id and its service."""


LIMITED: Mapping[str, Group] = {"database.connections.high": ("wellness",), "tasks.queue.high": ("reports",)}
"""Alerts of shares of a limit, and the database or queue to which the catalogue gives it."""


class RecordedBound(NamedTuple):
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
        number = Derived(self._scaled, (Now(self.record, per),))
        if self.how == "==":
            return Equals(number, self.value)
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
    bounds: Mapping[str, Sequence[RecordedBound]]

    def statements(self) -> dict[Alert, Statement]:
        """The specs with these conditions."""
        found = {}
        for alert, bounds in self.bounds.items():
            spec = SPECS[alert, self.service]
            condition = both(*(bound.condition(spec.per) for bound in bounds))
            found[alert, self.service] = replace(spec, condition=condition)
        return found

    def shown(self) -> dict[str, RecordedValue]:
        """How the numbers are counted from raw samples, of alerts whose spec is one comparison."""
        found = {}
        for alert, bounds in self.bounds.items():
            spec = SPECS[alert, self.service]
            if len(bounds) == 1 and isinstance(spec.condition, Above | Below | Equals):
                number = spec.condition.number
                limited = Only(number, LIMITED[alert]) if alert in LIMITED else number
                found[bounds[0].record] = RecordedValue(spec.per, limited)
        return found

    def values(self) -> dict[str, tuple[Group, tuple[float, ...]]]:
        """For each record the labels that distinguish its series, and the values that matter to some alert."""
        found: dict[str, tuple[Group, tuple[float, ...]]] = {}
        for alert, bounds in self.bounds.items():
            for bound in bounds:
                _, others = found.get(bound.record, ((), ()))
                found[bound.record] = SPECS[alert, self.service].per, (*others, *bound.values())
        return found


def _busy(record: str, more_than: int = 25) -> RecordedBound:
    return RecordedBound(record, ">", more_than, FIVE_MINUTES)


_QUERIES, _ASKED = (_busy(f"service_{name}:rate5m") for name in ("database:database_queries", "cache:cache_requests"))
_ENDED = "service_queue:tasks_ended:rate5m"
_COMPONENTS = {
    "components.time.high": (
        RecordedBound("service_component:component_duration_seconds:p95_5m", ">", 1),
        _busy("service_component:component_calls:rate5m"),
    )
}
_DATABASE = {
    "database.time.high": (
        RecordedBound("service_database:database_query_duration_seconds:p95_5m", ">", 0.5),
        _QUERIES,
    ),
    "database.errors.high": (RecordedBound("service_database:database_query_errors:ratio_rate5m", ">", 0.05), _QUERIES),
    "database.connections.high": (RecordedBound("service_database:database_connections:ratio", ">", 0.8),),
}
_SCRAPES = {
    "meta.scrape.slow": (RecordedBound("service:scrape_time_used:ratio_max", ">", 0.75),),
    "meta.scrape.missed_high": (RecordedBound("service:scrapes_missed:ratio5m", ">", 0.2),),
}
_REFUSED = {"meta.config.refused": (RecordedBound("service:config_last_reload_successful:min", "==", 0),)}
_SPACE = "instance_mountpoint:node_filesystem_used:ratio"
_LEFT = "instance_mountpoint:node_filesystem_time_left_seconds"

_FAMILIES = (
    Recorded(
        "wellness-api",
        {
            "api.latency.high": (RecordedBound("service:api_response_time_seconds:p95_5m", ">", 0.5),),
            "cache.hits.low": (RecordedBound("service_cache:cache_hits:ratio_rate5m", "<", 0.3), _ASKED),
            "cache.time.high": (RecordedBound("service_cache:cache_fetch_duration_seconds:p95_5m", ">", 0.025), _ASKED),
            "users.satisfaction.low": (
                RecordedBound("service:user_satisfaction:apdex5m", "<", 0.85),
                _busy("service:user_requests:rate5m"),
            ),
            "users.time.high": (
                RecordedBound("service_cohort:user_response_time_seconds:p95_5m", ">", 1),
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
                RecordedBound("service_queue:tasks_failed:ratio_rate5m", ">", 0.25),
                _busy(_ENDED, 5),
            ),
            "tasks.wait.high": (RecordedBound("service_queue:task_wait_seconds:p95_5m", ">", 30), _busy(_ENDED)),
            "tasks.queue.high": (RecordedBound("service_queue:task_queue_length:ratio", ">", 0.5),),
            **_COMPONENTS,
            **_DATABASE,
            **_SCRAPES,
        },
    ),
    Recorded(
        "prometheus",
        {
            "meta.rules.failing": (RecordedBound("service:rule_evaluation_failures:increase5m", ">", 0),),
            "meta.alerts.dropped_any": (RecordedBound("service:alerts_dropped:increase5m", ">", 0),),
            "meta.series.high": (RecordedBound("service:tsdb_head_series:max", ">", 20_000),),
            **_REFUSED,
            **_SCRAPES,
        },
    ),
    Recorded(
        "alertmanager",
        {
            "meta.notifications.failing": (
                RecordedBound("service_integration:notifications_failed:ratio_increase15m", ">", 0.05),
            ),
            **_REFUSED,
            **_SCRAPES,
        },
    ),
    Recorded(
        "keda", {"meta.scaler.blind": (RecordedBound("scaledobject:scaler_errors:increase5m", ">", 0),), **_SCRAPES}
    ),
    Recorded(
        "collector",
        {"meta.traces.lost_many": (RecordedBound("service:spans_lost:ratio_rate5m", ">", 0.05),), **_SCRAPES},
    ),
    Recorded("foresight", _SCRAPES),
    Recorded(
        "node",
        {
            "system.cpu.high": (RecordedBound("instance:node_cpu_busy:ratio_rate5m", ">", 0.9),),
            "system.memory.oom": (RecordedBound("instance:node_oom_kills:increase10m", ">", 0),),
            "system.disk.space_low": (RecordedBound(_SPACE, ">", 0.9),),
            "system.disk.nearly_full": (RecordedBound(_SPACE, ">", 0.97),),
            "system.disk.saturated": (RecordedBound("instance_device:node_disk_busy:ratio_rate5m", ">", 0.95),),
            "system.disk.full_in_hours": (
                RecordedBound(f"{_LEFT}:deriv1h", "<", 4 * 3600),
                RecordedBound(_SPACE, ">", 0.8),
            ),
            "system.disk.full_in_days": (
                RecordedBound(f"{_LEFT}:deriv6h", "<", 72 * 3600),
                RecordedBound(_SPACE, ">", 0.6),
            ),
            **_SCRAPES,
        },
    ),
    Recorded(
        "kubelet",
        {"system.container.memory_high": (RecordedBound("container:memory_used:ratio", ">", 0.95),), **_SCRAPES},
    ),
    Recorded(
        "kube-state-metrics",
        {
            "system.pod.restarts_often": (RecordedBound("pod:container_restarts:increase1h", ">", 3),),
            "system.pod.replicas_missing": (RecordedBound("deployment:replicas_missing:max", ">", 0),),
            **_SCRAPES,
        },
    ),
    Recorded(
        "redis",
        {"system.redis.memory_high": (RecordedBound("instance:redis_memory_used:ratio", ">", 0.9),), **_SCRAPES},
    ),
    Recorded(
        "stackdriver",
        {"system.firestore.failing_high": (RecordedBound("database:firestore_failures:ratio_rate10m", ">", 0.05),)},
    ),
)
_HOW = {Above: ">", Below: "<", Equals: "=="}


def _declared() -> dict[str, dict[str, Sequence[RecordedBound]]]:
    """The bounds of alerts that have a file of their own, by service."""
    found: dict[str, dict[str, Sequence[RecordedBound]]] = {}
    for case in declared():
        if case.record:
            first = case.condition.conditions[0] if isinstance(case.condition, All) else case.condition
            assert isinstance(first, Above | Below | Equals), f"{case.id} does not compare {case.record} with one bound"
            value = first.value if isinstance(first, Equals) else first.bound
            enough = (_busy(case.events, case.more_than),) if case.events else ()
            found.setdefault(case.service, {})[case.id] = (
                RecordedBound(case.record, _HOW[type(first)], value),
                *enough,
            )
    return found


_OF_FILES = _declared()
RECORDED = (
    *(replace(one, bounds={**one.bounds, **_OF_FILES.pop(one.service, {})}) for one in _FAMILIES),
    *(Recorded(service, bounds) for service, bounds in _OF_FILES.items()),
)
"""Every alert that compares what is recorded with bounds, and does nothing else."""
