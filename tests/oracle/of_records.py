"""What panels show of each service and exporter, as people would count it from raw samples.

Source: what each panel asks, in its own words (docs and boards). Nothing here is read from a rule. Where an alert
stands on a number, :mod:`tests.oracle.of_services` and :mod:`tests.oracle.of_exporters` know it, too; here is what is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.oracle.measures import Made, MeanOfKept, MeanOfParts, Now, OrNone, Pace, Share, Slowest
from tests.oracle.world import Group, Measure, World

MINUTE, FIVE_MINUTES, TEN_MINUTES, QUARTER = 60, 300, 600, 900
SCRAPE_LIMIT, LIMIT_OF_TOP = 2.0, 8


class Shown(NamedTuple):
    """A number that is recorded.

    Attributes:
        per: The labels that tell its series apart, beside the service.
        measure: How it is counted.
        fixed: Labels that all of its series have.
    """

    per: Group
    measure: Measure
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Top:
    """The largest of a number."""

    of: Measure
    most: int

    def at(self, world: World, instant: int) -> Mapping[Group, float]:
        """The groups with the largest values."""
        found = self.of.at(world, instant)
        return dict(sorted(found.items(), key=lambda one: -one[1])[: self.most])


@dataclass(frozen=True, slots=True)
class Count:
    """How many groups of a measure share all labels but the last."""

    of: Measure

    def at(self, world: World, instant: int) -> Mapping[Group, float]:
        """The count for each group without that label."""
        found: dict[Group, float] = {}
        for group in self.of.at(world, instant):
            found[group[:-1]] = found.get(group[:-1], 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class Always:
    """A promise that is drawn as a line."""

    value: float

    def at(self, world: World, instant: int) -> Mapping[Group, float]:  # noqa: ARG002 - as every measure
        """The same at any time."""
        return {(): self.value}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _failed(labels: Mapping[str, str]) -> bool:
    return labels["status"].startswith("5")


def _quotient(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _of_histogram(name: str, over: int, per: Group) -> tuple[Pace, Pace]:
    return Pace(f"{name}_sum", over, per), Pace(f"{name}_count", over, per)


def _mean_time(name: str, per: Group) -> Shown:
    return Shown(per, Share(*_of_histogram(name, FIVE_MINUTES, per)))


def _p95(name: str, per: Group = (), over: int = FIVE_MINUTES) -> Shown:
    return Shown(per, Slowest(name, over, per))


def _pace(name: str, per: Group = (), over: int = FIVE_MINUTES, counts: Callable[..., bool] | None = None) -> Shown:
    return Shown(per, Pace(name, over, per, counts) if counts else Pace(name, over, per))


def _several(name: str, per: Group, several: Callable[[list[float]], float]) -> Shown:
    return Shown(per, Now(name, per, several))


def scraped(*, exporter: bool, timed: bool = True) -> dict[str, Shown]:
    """What is known of every target."""
    up = Shown((), Now("up", (), _mean))
    used = Shown((), Made(lambda seconds: seconds / SCRAPE_LIMIT, (Now("scrape_duration_seconds"),)))
    named = {"exporter:up:avg" if exporter else "service:up:avg": up}
    return named | ({"service:scrape_time_used:ratio_max": used} if timed else {})


_ENDPOINT = ("endpoint", "method")
_CALLS = "api_calls_total"


def _promise(slo: str, every: Measure, bad: Measure, budget: float) -> dict[tuple[str, str], Shown]:
    month = 30 * 86400
    left = Made(lambda b, e: 1 - b / e / budget if e > 0 else None, (MeanOfKept(bad, month), MeanOfKept(every, month)))
    fixed = (("slo", slo),)
    return {
        ("service_slo:events:rate1m", slo): Shown((), every, fixed),
        ("service_slo:bad_events:rate1m", slo): Shown((), bad, fixed),
        ("service_slo:error_budget_left:ratio30d", slo): Shown((), left, fixed),
    }


def _api() -> dict[str, Shown]:
    calls, by_endpoint = Pace(_CALLS, MINUTE), Pace(_CALLS, MINUTE, _ENDPOINT)
    failing = Pace(_CALLS, MINUTE, (), _failed)
    newest, newest_failing = Pace(_CALLS, 20, newest=True), Pace(_CALLS, 20, (), _failed, newest=True)
    times = "api_response_time_seconds"
    answered = Pace(f"{times}_count", MINUTE)
    within = Pace(f"{times}_bucket", MINUTE, (), lambda labels: labels["le"] == "0.25")
    slow = Made(lambda every, fast: every - fast, (answered, within))
    promises = {
        **_promise("availability", calls, OrNone(failing, calls), 0.001),
        **_promise("latency", answered, slow, 0.01),
    }
    return {
        "service_endpoint:api_calls:rate1m": Shown(_ENDPOINT, by_endpoint),
        "service:api_calls:rate1m": Shown((), calls),
        "service_endpoint:api_errors:ratio_rate1m": Shown(
            _ENDPOINT, Share(OrNone(Pace(_CALLS, MINUTE, _ENDPOINT, _failed), by_endpoint), by_endpoint)
        ),
        "service:api_errors:ratio_rate1m": Shown((), Share(OrNone(failing, calls), calls)),
        "service_endpoint:api_response_time_seconds:mean5m": _mean_time(times, _ENDPOINT),
        "service_endpoint:api_response_time_seconds:p95_5m": _p95(times, _ENDPOINT),
        "service:api_response_time_seconds:p95_5m": _p95(times),
        "service_endpoint:api_response_time_max_seconds:max": _several("api_response_time_max_seconds", _ENDPOINT, max),
        "service:api_requests_in_flight:sum": _several("api_requests_in_flight", (), sum),
        "service:active_users:sum": _several("active_users", (), sum),
        "service:api_calls:irate": Shown((), newest),
        "service:api_errors:irate": Shown((), OrNone(newest_failing, newest)),
        "service:api_errors:ratio_irate": Shown((), Share(OrNone(newest_failing, newest), newest)),
        "service_slo:allowed_errors:ratio": Shown((), Always(0.001), (("slo", "availability"),)),
        "service_slo:promised_time:seconds": Shown((), Always(0.25), (("slo", "latency"),)),
        **{f"{record}|{slo}": shown for (record, slo), shown in promises.items()},
    }


def _components() -> dict[str, Shown]:
    per, times = ("component",), "component_duration_seconds"
    return {
        "service_component:component_calls:rate5m": _pace(f"{times}_count", per),
        "service_component:component_busy:rate5m": _pace(f"{times}_sum", per),
        "service_component:component_duration_seconds:mean5m": _mean_time(times, per),
        "service_component:component_duration_seconds:p95_5m": _p95(times, per),
    }


def _database() -> dict[str, Shown]:
    per, times = ("database",), "database_query_duration_seconds"
    query = ("database", "collection", "operation", "query")
    queries = Pace(f"{times}_count", FIVE_MINUTES, per)
    return {
        "service_database:database_queries:rate5m": Shown(per, queries),
        "service_query:database_queries:top_rate5m": Shown(
            query, Top(Pace(f"{times}_count", FIVE_MINUTES, query), LIMIT_OF_TOP)
        ),
        "service_query:database_query_duration_seconds:top_mean5m": Shown(
            query, Top(_mean_time(times, query).measure, LIMIT_OF_TOP)
        ),
        "service_database:database_query_duration_seconds:mean5m": _mean_time(times, per),
        "service_database:database_query_duration_seconds:p95_5m": _p95(times, per),
        "service_operation:database_query_duration_seconds:p95_5m": _p95(times, query[:3]),
        "service_database:database_query_errors:ratio_rate5m": Shown(
            per, Share(OrNone(Pace("database_query_errors_total", FIVE_MINUTES, per), queries), queries)
        ),
        "service_database:database_connections_open:sum": _several("database_connections_open", per, sum),
    }


def _cache() -> dict[str, Shown]:
    per, times = ("cache",), "cache_fetch_duration_seconds"
    asked = Pace("cache_requests_total", FIVE_MINUTES, per)
    hits = Pace("cache_requests_total", FIVE_MINUTES, per, lambda labels: labels["result"] == "hit")
    return {
        "service_cache:cache_requests:rate5m": Shown(per, asked),
        "service_cache:cache_hits:ratio_rate5m": Shown(per, Share(OrNone(hits, asked), asked)),
        "service_cache:cache_fetch_duration_seconds:mean5m": _mean_time(times, per),
        "service_cache:cache_fetch_duration_seconds:p95_5m": _p95(times, per),
        "service_cache:cache_size_bytes:max": _several("cache_size_bytes", per, max),
        "service_cache:cache_items:max": _several("cache_items", per, max),
    }


def _users() -> dict[str, Shown]:
    per, times = ("cohort",), "user_response_time_seconds"

    def apdex(of: Group) -> Shown:
        good, fair = (
            Pace(f"{times}_bucket", FIVE_MINUTES, of, lambda labels, bound=bound: labels["le"] == bound)
            for bound in ("0.25", "1.0")
        )
        every = Pace(f"{times}_count", FIVE_MINUTES, of)
        return Shown(of, Made(lambda g, f, e: _quotient((g + f) / 2, e), (good, fair, every)))

    return {
        "service_cohort:user_requests:rate5m": _pace(f"{times}_count", per),
        "service:user_requests:rate5m": _pace(f"{times}_count"),
        "service:user_satisfaction:apdex5m": apdex(()),
        "service_cohort:user_satisfaction:apdex5m": apdex(per),
        "service_cohort:user_response_time_seconds:mean5m": _mean_time(times, per),
        "service_cohort:user_response_time_seconds:p95_5m": _p95(times, per),
        "service_rank:slowest_user_response_time_seconds:max": _several(
            "slowest_user_response_time_seconds", ("rank",), max
        ),
    }


def _tasks() -> dict[str, Shown]:
    per, done = ("queue",), "tasks_processed_total"
    ended = Pace(done, FIVE_MINUTES, per, lambda labels: labels["outcome"] != "retried")
    given_up = Pace(done, FIVE_MINUTES, per, lambda labels: labels["outcome"] in ("failed", "rejected"))
    return {
        "service_queue_outcome:tasks_processed:rate5m": _pace(done, ("queue", "outcome")),
        "service_queue:tasks_ended:rate5m": Shown(per, ended),
        "service_queue:tasks_failed:ratio_rate5m": Shown(per, Share(OrNone(given_up, ended), ended)),
        "service_queue:task_duration_seconds:mean5m": _mean_time("task_duration_seconds", per),
        "service_task:task_duration_seconds:p95_5m": _p95("task_duration_seconds", ("queue", "task")),
        "service_queue:task_wait_seconds:p95_5m": _p95("task_wait_seconds", per),
        "service_queue:task_queue_length:max": _several("task_queue_length", per, max),
    }


def _events(counter: str, over: int, per: Group = ()) -> Shown:
    return Shown(per, Made(lambda pace: pace * over, (Pace(counter, over, per),)))


def _node() -> dict[str, Shown]:
    per, disk = ("instance",), ("instance", "device")
    cpu = "node_cpu_seconds_total"
    idle = Pace(cpu, FIVE_MINUTES, (*per, "cpu"), lambda labels: labels["mode"] in ("idle", "iowait"))
    processors = Count(Pace(cpu, FIVE_MINUTES, (*per, "cpu"), lambda labels: labels["mode"] == "idle"))

    def outside(labels: Mapping[str, str]) -> bool:
        return not labels["device"].startswith(("lo", "veth", "cali", "cni"))

    def network(what: str) -> Measure:
        return Pace(f"node_network_{what}_total", FIVE_MINUTES, per, outside)

    def both(first: Measure, second: Measure) -> Measure:
        return Made(lambda a, b: a + b, (first, second))

    return {
        "instance:node_cpu_busy:ratio_rate5m": Shown(per, Made(lambda part: 1 - part, (MeanOfParts(idle),))),
        "instance:node_load1:per_cpu": Shown(
            per, Made(lambda load, count: load / count, (Now("node_load1", per), processors))
        ),
        "instance_device:node_disk_busy:ratio_rate5m": _pace("node_disk_io_time_seconds_total", disk),
        "instance_device:node_disk_bytes:rate5m": Shown(
            disk,
            both(*(Pace(f"node_disk_{what}_bytes_total", FIVE_MINUTES, disk) for what in ("read", "written"))),
        ),
        "instance:node_network_receive_bytes:rate5m": Shown(per, network("receive_bytes")),
        "instance:node_network_transmit_bytes:rate5m": Shown(per, network("transmit_bytes")),
        "instance:node_network_errors:rate5m": Shown(per, both(network("receive_errs"), network("transmit_errs"))),
        "instance:node_oom_kills:increase10m": _events("node_vmstat_oom_kill", TEN_MINUTES, per),
    }


def _prometheus() -> dict[str, Shown]:
    group = ("instance", "rule_group")
    used = Made(
        lambda took, every: took / every,
        (
            Now("prometheus_rule_group_last_duration_seconds", group),
            Now("prometheus_rule_group_interval_seconds", group),
        ),
    )
    return {
        "service:rule_group_time_used:ratio_max": Shown((), Largest(used)),
        "service:tsdb_head_series:max": _several("prometheus_tsdb_head_series", (), max),
        "service:tsdb_samples_appended:rate5m": _pace("prometheus_tsdb_head_samples_appended_total"),
        "service:rule_evaluation_failures:increase5m": _events(
            "prometheus_rule_evaluation_failures_total", FIVE_MINUTES
        ),
        "service:alerts_dropped:increase5m": _events("prometheus_notifications_dropped_total", FIVE_MINUTES),
    }


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest of all groups."""

    of: Measure

    def at(self, world: World, instant: int) -> Mapping[Group, float]:
        """The largest value, where there is any."""
        values = self.of.at(world, instant).values()
        return {(): max(values)} if values else {}


_GOOGLE = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com"


def _stackdriver() -> dict[str, Shown]:
    per, asked = ("database_id",), f"{_GOOGLE}_api_request_count"
    fine = ("OK", "NOT_FOUND", "ALREADY_EXISTS")
    every = Pace(asked, TEN_MINUTES, per)
    failed = Pace(asked, TEN_MINUTES, per, lambda labels: labels["response_code"] not in fine)
    latency = Slowest(f"{_GOOGLE}_api_request_latencies", TEN_MINUTES, per)
    return {
        "database:firestore_requests:rate10m": Shown(per, every),
        "database:firestore_failures:ratio_rate10m": Shown(per, Share(OrNone(failed, every), every)),
        "database:firestore_latency_seconds:p95_10m": Shown(per, Made(lambda ms: ms / 1000, (latency,))),
        "database:firestore_connections:sum": _several(f"{_GOOGLE}_network_active_connections", per, sum),
    }


_CONTAINER = ("namespace", "pod", "container")
_HELD_BACK, _PERIODS = (
    Pace(f"container_cpu_cfs_{what}_total", FIVE_MINUTES, _CONTAINER) for what in ("throttled_periods", "periods")
)
_CHANNEL = ("integration",)
_TRIED = _events("alertmanager_notifications_total", QUARTER, _CHANNEL)
_TAKEN = Pace("otelcol_receiver_accepted_spans", FIVE_MINUTES)

RECORDS: dict[str, dict[str, Shown]] = {
    "wellness-api": {
        **scraped(exporter=False),
        **_api(),
        **_components(),
        **_database(),
        **_cache(),
        **_users(),
    },
    "wellness-worker": {**scraped(exporter=False), **_components(), **_database(), **_tasks()},
    "node": {**scraped(exporter=True), **_node()},
    "prometheus": {**scraped(exporter=True), **_prometheus()},
    "stackdriver": {**scraped(exporter=True, timed=False), **_stackdriver()},
    "kubelet": {
        **scraped(exporter=True),
        "container:cpu_throttled:ratio_increase5m": Shown(_CONTAINER, Share(_HELD_BACK, _PERIODS)),
    },
    "redis": {
        **scraped(exporter=True),
        "instance:redis_evicted_keys:rate5m": _pace("redis_evicted_keys_total", ("instance",)),
    },
    "alertmanager": {
        **scraped(exporter=True),
        "service_integration:notifications:increase15m": _TRIED,
        "service_integration:notifications_failed:ratio_increase15m": Shown(
            _CHANNEL,
            OrNone(
                Share(
                    Pace("alertmanager_notifications_failed_total", QUARTER, _CHANNEL),
                    Pace("alertmanager_notifications_total", QUARTER, _CHANNEL),
                ),
                _TRIED.measure,
            ),
        ),
    },
    "collector": {
        **scraped(exporter=True),
        "service:spans_taken:rate5m": Shown((), _TAKEN),
        "service:spans_lost:ratio_rate5m": Shown(
            (), Share(Pace("otelcol_exporter_send_failed_spans", FIVE_MINUTES), _TAKEN)
        ),
    },
    "keda": {
        **scraped(exporter=True),
        "scaledobject:scaler_errors:increase5m": _events(
            "keda_scaler_detail_errors_total", FIVE_MINUTES, ("namespace", "scaledObject")
        ),
    },
    "kube-state-metrics": scraped(exporter=True),
}
"""What is recorded of each service and exporter; a name may be followed by the promise that it is about."""
