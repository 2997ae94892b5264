"""A day and the day before it in a real Prometheus, as rules would have recorded them: the review has all to find."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from vitals.local.tools import ensure
from vitals.verify.backtest import served
from vitals.verify.backtest.range_server import RangeServer
from vitals.verify.weekly import Week

DAY_S = 86_400
END = 1_767_225_600 + 10 * DAY_S
WEEK = Week(end=END, length_s=DAY_S)
"""A week of one day, so that the data of a test are small."""
Course = Callable[[int], float | None]
"""The value at a moment in unix seconds; None where there is no sample."""


def steps(before: float | None, now: float | None) -> Course:
    """One value on the day before, another one on the day."""
    return lambda at: now if at > WEEK.start else before


def between(minute: int, minutes: int, value: float = 1.0) -> Course:
    """A value for so many minutes of the day, and no sample otherwise."""
    begin = WEEK.start + minute * 60
    return lambda at: value if begin < at <= begin + minutes * 60 else None


def every(seconds: int, course: Course) -> Course:
    """The samples of a rule that is evaluated so often."""
    return lambda at: course(at) if at % seconds == 0 else None


def any_of(*courses: Course) -> Course:
    """The first that has a value."""
    return lambda at: next((value for one in courses if (value := one(at)) is not None), None)


def _series(name: str, **labels: str) -> str:
    return f"{name}{{{','.join(f'{label}={json.dumps(value)}' for label, value in labels.items())}}}"


def _odd(pod: str) -> str:
    """What one pod of a detector says; it was started again in another one while the series was odd."""
    return _series("anomaly_score", anomaly_name="api_latency", job="detector", pod=pod)


def _alert(name: str, severity: str, metric: str = "ALERTS", **labels: str) -> str:
    state = {"alertstate": "firing"} if metric == "ALERTS" else {}
    own = {"alertname": name, "severity": severity, "service": "wellness-api", "owner": "platform"}
    return _series(metric, **own, **state, **labels)


def _of_endpoints(name: str, dashboard: Course, reports: Course) -> dict[str, Course]:
    """A record that every endpoint has."""
    return {
        _series(name, **API, endpoint="/api/dashboard", method="GET"): dashboard,
        _series(name, **API, endpoint="/api/reports/generate", method="POST"): reports,
    }


def _of_objective(slo: str, events: Course, bad: Course) -> dict[str, Course]:
    return {
        _series("service_slo:events:rate1m", **API, slo=slo): events,
        _series("service_slo:bad_events:rate1m", **API, slo=slo): bad,
    }


API = {"service": "wellness-api"}
QUERY = {"database": "wellness", "collection": "members", "operation": "query"}
MEAN_OF_QUERY = "service_query:database_query_duration_seconds:top_mean5m"
SERIES: dict[str, Course] = {
    _series("up", job="wellness-api", instance="a"): steps(1, 1),
    **_of_endpoints("service_endpoint:api_calls:rate1m", steps(10, 10), steps(1, 1)),
    **_of_endpoints("service_endpoint:api_response_time_seconds:mean5m", steps(0.1, 0.2), steps(0.2, 0.8)),
    **_of_endpoints("service_endpoint:api_errors:ratio_rate1m", steps(0, 0), steps(0, 0.01)),
    **_of_endpoints("service_endpoint:api_response_time_seconds:p95_5m", steps(0.15, 0.2), steps(0.2, 1.2)),
    _series("service:api_calls:rate1m", **API): steps(11, 11),
    _series("service:active_users:sum", **API): steps(55, 55),
    **_of_objective("availability", steps(10, 10), steps(0, 0.02)),
    **_of_objective("latency", steps(10, 10), steps(0.05, 0.05)),
    _series("service_slo:error_budget_left:ratio30d", **API, slo="availability"): steps(0.9, -0.1),
    _series(MEAN_OF_QUERY, **API, **QUERY, query="old"): steps(0.02, 0.02),
    _series(MEAN_OF_QUERY, **API, **QUERY, query="new"): steps(None, 0.3),
    _series("service_database:database_connections:ratio", **API, database="wellness"): steps(0.4, 0.9),
    _odd("a"): any_of(between(60, 10, 0.9), between(0, 60, 0.1)),
    _odd("b"): any_of(between(70, 20, 0.8), between(90, 1300, 0.1)),
    "prometheus_tsdb_head_series": steps(5000, 5000),
    "prometheus_tsdb_head_samples_appended_total": lambda at: 1000.0 * (at - WEEK.start + 10 * DAY_S),
    _alert("ServiceOutage", "critical", reason="failing"): between(100, 10),
    _alert("ApiLatencyHigh", "warning"): any_of(*(between(200 + 25 * time, 5) for time in range(4))),
    _alert("ErrorBudgetBurnSlow", "warning", slo="availability"): every(120, between(1000, 440)),
    _alert("Watchdog", "none"): steps(1, 1),
    _alert("CacheHitsLow", "warning", "ALERTS_FOR_STATE"): any_of(between(300, 5, 1.0), between(400, 5, 2.0)),
}


def _lines() -> Iterator[str]:
    for name, course in SERIES.items():
        for at in range(WEEK.start - DAY_S, END + 1, 60):
            value = course(at)
            if value is not None:
                yield f"{name} {value:.12g} {at}\n"
    yield "# EOF\n"


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RangeServer]:
    """The Prometheus."""
    programs = ensure(["prometheus", "promtool"])
    past = tmp_path_factory.mktemp("past") / "past.om"
    past.write_text("".join(_lines()))
    async with served(past, **programs, say=lambda _: None) as data:
        yield data.server
