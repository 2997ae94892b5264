"""Two versions of a service as Prometheus has them, minute by minute, at the same time."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.model.conventions import BUCKET_BOUND, INSTANCE, JOB, SERVICE
from vitals.verify.compare.buckets import hidden_changes
from vitals.verify.compare.minutes import MinuteCounts, Side
from vitals_telemetry.metrics.api import API_CALLS, API_RESPONSE_TIME, ENDPOINT, METHOD, STATUS
from vitals_telemetry.metrics.process import APP_BUILD_INFO

_MINUTE_S = 60
_TIMEOUT_S = 30.0
_VERSION = "version"
_SILENT_MIN = 5
"""Minutes without a request that are not a scrape that was missed."""
_EXPECTED = 20
"""Requests that came before, and would have come in them at that rate: chance keeps no twenty of them away."""
_Key = tuple[str, int]


@dataclass(frozen=True)
class VersionQuery:
    """Which minutes of which service.

    Attributes:
        url: Of Prometheus.
        service: Value of the label of that name.
        end_s: Unix time at which the last minute ends.
        minutes: How many before it.
    """

    url: str
    service: str
    end_s: int
    minutes: int


def sides(asked: VersionQuery, a: str, b: str) -> tuple[Side, Side]:
    """Read both versions.

    Raises:
        VitalsError: No Prometheus answers there, or it knows no such service.
    """
    with httpx.Client(base_url=asked.url.rstrip("/"), timeout=_TIMEOUT_S) as client:
        api = _Api(client, asked.url)
        selector = f"{SERVICE}={_quoted(asked.service)}"
        found = api.ask(
            "/api/v1/query",
            query=f"count by ({_VERSION}) (last_over_time({API_CALLS.name}{{{selector}}}[{asked.minutes}m]))",
            time=str(asked.end_s),
        )
        if not found:
            raise VitalsError(
                f"Prometheus at {asked.url} has no {API_CALLS.name} of a service {asked.service!r} in the last "
                f"{asked.minutes} minutes. Nothing was compared. Give the value of its label {SERVICE!r}."
            )
        labelled = any(one["metric"].get(_VERSION) for one in found)
        left, right = (_side(api, asked, one, labelled=labelled) for one in (a, b))
    return left, replace(right, remarks=tuple(hidden_changes(left, right)), broke_off=stopped(left, right))


def stopped(a: Side, b: Side) -> str:
    """How B stopped being asked while A goes on, as a version that crashes does; empty if it did not."""
    served_a, served_b = _minutes_served(a), _minutes_served(b)
    if not served_b:
        return ""
    first, last = min(served_b), max(served_b)
    silent = [minute for minute in served_a if minute > last]
    served = sum(served_b.values())
    missing = served / (last + 1 - first) * len(silent)
    if len(silent) < _SILENT_MIN or min(served, missing) < _EXPECTED:
        return ""
    return f"{b.name} had no traffic in the last {len(silent)} minutes, while {a.name} had"


def _minutes_served(side: Side) -> dict[int, float]:
    served: dict[int, float] = defaultdict(float)
    for minutes in side.endpoints.values():
        for minute, counts in minutes.items():
            if counts.requests > 0:
                served[minute] += counts.requests
    return served


def _side(api: _Api, asked: VersionQuery, version: str, *, labelled: bool) -> Side:
    calls = _by_minute(api, asked, _increase(asked, version, API_CALLS.name, (STATUS.name,), labelled=labelled))
    times = _by_minute(
        api, asked, _increase(asked, version, f"{API_RESPONSE_TIME.name}_bucket", (BUCKET_BOUND,), labelled=labelled)
    )
    endpoints: dict[str, dict[int, MinuteCounts]] = defaultdict(dict)
    for (endpoint, minute), statuses in calls.items():
        endpoints[endpoint][minute] = MinuteCounts(
            requests=sum(statuses.values()),
            errors=sum(count for status, count in statuses.items() if status.startswith("5")),
            latencies=_latencies(times.get((endpoint, minute), {})),
        )
    return Side(version, dict(endpoints))


def _increase(asked: VersionQuery, version: str, metric: str, by: tuple[str, ...], *, labelled: bool) -> str:
    """The increase of a minute; where series do not say which version they are of, the build of their target does."""
    of_version = f"{_VERSION}={_quoted(version)}"
    selector = f"{SERVICE}={_quoted(asked.service)}" + (f",{of_version}" if labelled else "")
    increase = f"increase({metric}{{{selector}}}[{_MINUTE_S}s])"
    if not labelled:
        increase += f" * on ({JOB}, {INSTANCE}) group_left () {APP_BUILD_INFO.name}{{{of_version}}}"
    return f"sum by ({', '.join((ENDPOINT.name, METHOD.name, *by))}) ({increase})"


def _by_minute(api: _Api, asked: VersionQuery, expr: str) -> dict[_Key, dict[str, float]]:
    """Increases by endpoint and minute, and in each by the value of the remaining label."""
    start = asked.end_s - (asked.minutes - 1) * _MINUTE_S
    series = api.ask("/api/v1/query_range", query=expr, start=str(start), end=str(asked.end_s), step=str(_MINUTE_S))
    found: dict[_Key, dict[str, float]] = defaultdict(dict)
    for one in series:
        labels = dict(one["metric"])
        endpoint = f"{labels.pop(METHOD.name, '')} {labels.pop(ENDPOINT.name, '')}".strip()
        (value_of,) = labels.values() or ("",)
        for at, value in one["values"]:
            if math.isfinite(increase := float(value)):
                found[endpoint, round((float(at) - start) / _MINUTE_S)][value_of] = increase
    return found


def _latencies(cumulative: dict[str, float]) -> tuple[tuple[float, float, float], ...]:
    low = below = 0.0
    latencies = []
    for bound, count in sorted((float(le), count) for le, count in cumulative.items()):
        # Extrapolation may make a wider bucket smaller by a rounding error.
        latencies.append((low, bound, max(count - below, 0.0)))
        low, below = bound, max(count, below)
    return tuple(latencies)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Api:
    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, path: str, **params: str) -> list[dict[str, Any]]:
        try:
            answer = self._client.post(path, data=params)
            body = answer.json()
            if answer.is_success:
                return list(body["data"]["result"])
            said = str(body.get("error", f"status {answer.status_code}"))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
            said = str(error) or type(error).__name__
        raise VitalsError(
            f"{self._url} does not answer as a Prometheus does ({said}), so nothing was compared. Give the address of "
            "a running one; `vitals status` prints that of a local stack."
        )
