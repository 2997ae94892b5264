"""What panels show of services, as people would count it from raw samples.

Source: what each panel asks, in its own words. Nothing here is read from a rule. Where an alert stands on a number,
:mod:`tests.oracle.of_trends` knows it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.oracle.of_api import TERMS as API_TERMS
from tests.oracle.of_arrival import CALLS, COUNTED, Usual
from tests.oracle.of_foresight import PER, read
from tests.oracle.recorded_values import (
    FIVE_MINUTES,
    MINUTE,
    Constant,
    RecordedValue,
    Top,
    failed,
    mean_time,
    p95,
    pace,
    quotient,
    scraped,
    several,
)
from vitals.verify.oracle.burn_rates import SloCounts, burn_rate, known
from vitals.verify.oracle.measures import Derived, MeanOfKept, OrNone, RateOf, Share
from vitals.verify.oracle.objectives import slos
from vitals.verify.oracle.observations import Group

LIMIT_OF_TOP = 8
API, WORKER = "wellness-api", "wellness-worker"
LATELY = {API: 20, WORKER: 60}
"""Seconds that the last value of a gauge counts: four scrapes."""
SHOWN_WINDOWS = {"5m": 300, "30m": 1800, "1h": 3600, "2h": 7200}
"""Windows of which something is seen within the hour that is compared; in those of days it would be the same."""
_ENDPOINT = ("endpoint", "method")
_CALLS = "api_calls_total"


def _promise(slo: str, of: SloCounts) -> dict[tuple[str, str], RecordedValue]:
    left = Derived(lambda burnt: 1 - burnt, (burn_rate(of, 30 * 86400),))
    fixed = (("slo", slo),)
    windows = {
        (f"service_slo:{what}{name}", slo): RecordedValue((), of_window(of, seconds), fixed)
        for name, seconds in SHOWN_WINDOWS.items()
        for what, of_window in (("burn_rate:", burn_rate), ("events_known:ratio", known))
    }
    return windows | {
        ("service_slo:events:rate1m", slo): RecordedValue((), of.every, fixed),
        ("service_slo:bad_events:rate1m", slo): RecordedValue((), of.bad, fixed),
        ("service_slo:events:mean5m", slo): RecordedValue((), of.every_slots, fixed),
        ("service_slo:bad_events:mean5m", slo): RecordedValue((), of.bad_slots, fixed),
        ("service_slo:error_budget_left:ratio30d", slo): RecordedValue((), left, fixed),
    }


def _api() -> dict[str, RecordedValue]:
    calls, by_endpoint = RateOf(_CALLS, MINUTE), RateOf(_CALLS, MINUTE, _ENDPOINT)
    failing = RateOf(_CALLS, MINUTE, (), failed)
    newest = CALLS
    newest_failing = replace(COUNTED, counts=failed)
    times = "api_response_time_seconds"
    objectives = slos(API_TERMS)
    within_target = {record: shown for slo, of in objectives.items() for record, shown in _promise(slo, of).items()}
    return {
        "service_endpoint:api_calls:rate1m": RecordedValue(_ENDPOINT, by_endpoint),
        "service:api_calls:rate1m": RecordedValue((), calls),
        "service_endpoint:api_errors:ratio_rate1m": RecordedValue(
            _ENDPOINT, Share(OrNone(RateOf(_CALLS, MINUTE, _ENDPOINT, failed), by_endpoint), by_endpoint)
        ),
        "service:api_errors:ratio_rate1m": RecordedValue((), Share(OrNone(failing, calls), calls)),
        "service_endpoint:api_response_time_seconds:mean5m": mean_time(times, _ENDPOINT),
        "service_endpoint:api_response_time_seconds:p95_5m": p95(times, _ENDPOINT),
        "service:api_response_time_seconds:p95_5m": p95(times),
        "service_endpoint:api_response_time_max_seconds:max": several(
            "api_response_time_max_seconds", _ENDPOINT, max, over=LATELY[API]
        ),
        "service:api_requests_in_flight:sum": several(
            "api_requests_in_flight", (), sum, over=LATELY[API], targets=True
        ),
        "service:active_users:sum": several("active_users", (), sum, over=LATELY[API], targets=True),
        "service:api_calls:irate": RecordedValue((), newest),
        "service:api_given_up:irate": RecordedValue((), OrNone(replace(COUNTED, counts=_given_up), newest)),
        "service:api_errors:irate": RecordedValue((), OrNone(newest_failing, newest)),
        "service:api_errors:ratio_irate": RecordedValue((), Share(OrNone(newest_failing, newest), newest)),
        "service:api_calls:mean1m": RecordedValue((), MeanOfKept(newest, MINUTE)),
        "service:api_calls:usual3h": RecordedValue((), Usual(newest)),
        **{
            f"service_slo:events_recorded:bool|{slo}": RecordedValue(
                (), Derived(lambda _: 1.0, (events,)), (("slo", slo),)
            )
            for slo, events in (
                ("availability", objectives["availability"].every),
                ("latency", objectives["latency"].bad),
            )
        },
        "service_slo:allowed_errors:ratio": RecordedValue((), Constant(0.001), (("slo", "availability"),)),
        "service_slo:promised_time:seconds": RecordedValue((), Constant(0.25), (("slo", "latency"),)),
        **{f"{record}|{slo}": shown for (record, slo), shown in within_target.items()},
    }


def _components() -> dict[str, RecordedValue]:
    per, times = ("component",), "component_duration_seconds"
    return {
        "service_component:component_calls:rate5m": pace(f"{times}_count", per),
        "service_component:component_busy:rate5m": pace(f"{times}_sum", per),
        "service_component:component_duration_seconds:mean5m": mean_time(times, per),
        "service_component:component_duration_seconds:p95_5m": p95(times, per),
    }


def _database(service: str) -> dict[str, RecordedValue]:
    per, times = ("database",), "database_query_duration_seconds"
    query = ("database", "collection", "operation", "query")
    queries = RateOf(f"{times}_count", FIVE_MINUTES, per)
    return {
        "service_database:database_queries:rate5m": RecordedValue(per, queries),
        "service_query:database_queries:top_rate5m": RecordedValue(
            query, Top(RateOf(f"{times}_count", FIVE_MINUTES, query), LIMIT_OF_TOP)
        ),
        "service_query:database_query_duration_seconds:top_mean5m": RecordedValue(
            query, Top(mean_time(times, query).measure, LIMIT_OF_TOP)
        ),
        "service_database:database_query_duration_seconds:mean5m": mean_time(times, per),
        "service_database:database_query_duration_seconds:p95_5m": p95(times, per),
        "service_operation:database_query_duration_seconds:p95_5m": p95(times, query[:3]),
        "service_database:database_query_errors:ratio_rate5m": RecordedValue(
            per, Share(OrNone(RateOf("database_query_errors_total", FIVE_MINUTES, per), queries), queries)
        ),
        "service_database:database_connections_open:sum": several(
            "database_connections_open", per, sum, over=LATELY[service], targets=True
        ),
    }


def _cache() -> dict[str, RecordedValue]:
    per, times = ("cache",), "cache_fetch_duration_seconds"
    asked = RateOf("cache_requests_total", FIVE_MINUTES, per)
    hits = RateOf("cache_requests_total", FIVE_MINUTES, per, lambda labels: labels["result"] == "hit")
    return {
        "service_cache:cache_requests:rate5m": RecordedValue(per, asked),
        "service_cache:cache_hits:ratio_rate5m": RecordedValue(per, Share(OrNone(hits, asked), asked)),
        "service_cache:cache_fetch_duration_seconds:mean5m": mean_time(times, per),
        "service_cache:cache_fetch_duration_seconds:p95_5m": p95(times, per),
        "service_cache:cache_size_bytes:max": several("cache_size_bytes", per, max, over=LATELY[API]),
        "service_cache:cache_items:max": several("cache_items", per, max, over=LATELY[API]),
    }


def _given_up(labels: Mapping[str, str]) -> bool:
    return labels["status"] == "499"


def _satisfied(labels: Mapping[str, str]) -> bool:
    return labels["le"] == "0.25"


def _tolerated(labels: Mapping[str, str]) -> bool:
    return labels["le"] == "1.0"


def _users() -> dict[str, RecordedValue]:
    per, times = ("cohort",), "user_response_time_seconds"

    def apdex(of: Group) -> RecordedValue:
        good, fair = (RateOf(f"{times}_bucket", FIVE_MINUTES, of, counts) for counts in (_satisfied, _tolerated))
        every = RateOf(f"{times}_count", FIVE_MINUTES, of)
        return RecordedValue(of, Derived(lambda g, f, e: quotient((g + f) / 2, e), (good, fair, every)))

    return {
        "service_cohort:user_requests:rate5m": pace(f"{times}_count", per),
        "service:user_requests:rate5m": pace(f"{times}_count"),
        "service:user_satisfaction:apdex5m": apdex(()),
        "service_cohort:user_satisfaction:apdex5m": apdex(per),
        "service_cohort:user_response_time_seconds:mean5m": mean_time(times, per),
        "service_cohort:user_response_time_seconds:p95_5m": p95(times, per),
        "service_rank:slowest_user_response_time_seconds:max": several(
            "slowest_user_response_time_seconds", ("rank",), max, over=LATELY[API]
        ),
    }


def _tasks() -> dict[str, RecordedValue]:
    per, done = ("queue",), "tasks_processed_total"
    ended = RateOf(done, FIVE_MINUTES, per, lambda labels: labels["outcome"] != "retried")
    given_up = RateOf(done, FIVE_MINUTES, per, lambda labels: labels["outcome"] in ("failed", "rejected"))
    return {
        "service_queue_outcome:tasks_processed:rate5m": pace(done, ("queue", "outcome")),
        "service_queue:tasks_ended:rate5m": RecordedValue(per, ended),
        "service_queue:tasks_failed:ratio_rate5m": RecordedValue(per, Share(OrNone(given_up, ended), ended)),
        "service_queue:task_duration_seconds:mean5m": mean_time("task_duration_seconds", per),
        "service_task:task_duration_seconds:p95_5m": p95("task_duration_seconds", ("queue", "task")),
        "service_queue:task_wait_seconds:p95_5m": p95("task_wait_seconds", per),
        "service_queue:task_queue_length:max": several("task_queue_length", per, max, over=LATELY[WORKER]),
    }


def _foresight() -> dict[str, RecordedValue]:
    return {"service_anomaly:score:max": RecordedValue(PER, read("anomaly_score"))}


SERVICES: dict[str, dict[str, RecordedValue]] = {
    API: {
        **scraped(exporter=False, every=5),
        **_api(),
        **_components(),
        **_database(API),
        **_cache(),
        **_users(),
        **_foresight(),
    },
    WORKER: {**scraped(exporter=False), **_components(), **_database(WORKER), **_tasks(), **_foresight()},
}
"""What is recorded of each service; a name may be followed by the promise that it is about."""
