"""What is recorded of services that time their requests in native histograms, as test cases of promtool.

A bucket of the scale 0 ends at a power of two, so the bounds of objectives lie in buckets that stay empty here: what is
recorded can be counted by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.dialects.outage_cases import SCRAPE_S
from vitals.verify.oracle.traffic import MISSING, selector
from vitals.verify.project.promtool_test import one_test

FAST, SLOW, BROKEN = 6, 4, 1
"""Requests between two scrapes: of 8 to 16 ms, of 256 to 512 ms, and those that fail, which are fast."""
BEGINS, GROWS, STANDS = 15, 18, 30
"""Scrapes before the first request, for longer than a minute; scrapes with requests, and without any more."""
MEAN_S = 0.1
"""What each request is said to have taken."""
_FIRST_S, _BUSY_S, _IDLE_S = 90, 150, 255
"""When it is asked: three scrapes after the first request, with requests, a minute and a half without."""


@dataclass(frozen=True, slots=True)
class NativeService:
    """A service and how its library names what is asked here.

    Attributes:
        name: Its name.
        histogram: The metric that times requests.
        labels: The labels of its series, but for the status.
        status: The label of the status, and its values of a good and of a failed request; ``None`` where the histogram
            has none.
        lowest: The power of two at which the bucket of the fast requests ends, in the unit of the library.
        units: How many of its units are a second.
        endpoint: Our labels that tell endpoints apart.
    """

    name: str
    histogram: str
    labels: Mapping[str, str]
    status: tuple[str, str, str] | None
    lowest: int
    units: int
    endpoint: Mapping[str, str]


_ENDPOINT = {"endpoint": "/a", "method": "GET"}
SERVICES = (
    NativeService(
        "otel-native",
        "http_server_request_duration_seconds",
        {"http_route": "/a", "http_request_method": "GET"},
        ("http_response_status_code", "200", "503"),
        -6,
        1,
        _ENDPOINT,
    ),
    NativeService(
        "otel-old-native",
        "http_server_duration_milliseconds",
        {"http_target": "/a", "http_method": "GET"},
        ("http_status_code", "200", "503"),
        4,
        1000,
        _ENDPOINT,
    ),
    NativeService(
        "go-native",
        "shop_request_duration_seconds",
        {"handler": "/a", "method": "GET"},
        ("code", "200", "503"),
        -6,
        1,
        _ENDPOINT,
    ),
    NativeService(
        "rpc-native",
        "grpc_server_handling_seconds",
        {"grpc_type": "unary", "grpc_service": "shop.Stock", "grpc_method": "Get"},
        None,
        -6,
        1,
        {"endpoint": "Get", "method": "shop.Stock"},
    ),
)


def native_histogram_cases() -> list[PromtoolCase]:
    """Each of the services, by its name."""
    return [_case(service) for service in SERVICES]


def _case(service: NativeService) -> PromtoolCase:
    name = f"native histograms of {service.name}"
    groups = frozenset(f"{service.name}.{group}" for group in ("api", "slo", "outage"))

    def test() -> dict[str, object]:
        return one_test(name, _series(service), step=SCRAPE_S, checks=_checks(service))

    return PromtoolCase(name, frozenset(), groups, SCRAPE_S, test)


def _series(service: NativeService) -> dict[str, list[str]]:
    target = {"service": service.name, "job": service.name, "instance": f"{service.name}:8000"}
    lasts = BEGINS + GROWS + STANDS
    found = {selector("up", target): [f"1x{lasts}"]}
    labels = {**service.labels, **target}
    if service.status is None:
        return found | {selector(service.histogram, labels): _growing(service, FAST, SLOW)}
    status, good, bad = service.status
    for value, requests in ((good, (FAST, SLOW)), (bad, (BROKEN, 0))):
        found[selector(service.histogram, {**labels, status: value})] = _growing(service, *requests)
    return found


def _growing(service: NativeService, fast: int, slow: int) -> list[str]:
    """A series that is there from its first request on, grows at each scrape for a while, and not any more after it."""

    def histogram(times: int) -> str:
        buckets = f"schema:0 offset:{service.lowest} buckets:[{times * fast} 0 0 0 0 {times * slow}]"
        count = times * (fast + slow)
        return f"{{{{{buckets} count:{count} sum:{count * MEAN_S * service.units:g}}}}}"

    return [f"{MISSING}x{BEGINS}", f"{histogram(1)}+{histogram(1)}x{GROWS - 1}", f"{histogram(GROWS)}x{STANDS}"]


def _checks(service: NativeService) -> list[dict[str, object]]:
    events = FAST + SLOW + (BROKEN if service.status else 0)
    latency, endpoint = {"slo": "latency"}, dict(service.endpoint)
    p95 = selector("service:api_response_time_seconds:p95_5m", {"service": service.name})
    p95_of_endpoint = selector("service_endpoint:api_response_time_seconds:p95_5m", {"service": service.name})
    begun = events * 4 / 60  # of four scrapes, which came within the minute
    checks = [
        _is(service, "service_slo:events:rate1m", latency, _FIRST_S, begun),
        _is(service, "service_slo:bad_events:rate1m", latency, _FIRST_S, SLOW * 4 / 60),
        _is(service, "service_slo:events:rate1m", latency, _BUSY_S, events / SCRAPE_S),
        _is(service, "service_slo:bad_events:rate1m", latency, _BUSY_S, SLOW / SCRAPE_S),
        _is(service, "service_endpoint:api_response_time_seconds:mean5m", endpoint, _BUSY_S, MEAN_S),
        _asked(f"count({p95} > 0.256 < 0.512)", _BUSY_S, "{}", 1),
        _asked(f"count by (endpoint, method) ({p95_of_endpoint} > 0.256 < 0.512)", _BUSY_S, selector("", endpoint), 1),
        _is(service, "service_slo:bad_events:rate1m", latency, _IDLE_S, 0),
    ]
    if service.status:
        of_all = {"slo": "availability"}
        checks += [
            _is(service, "service:api_calls:irate", {}, SCRAPE_S * BEGINS, events / SCRAPE_S),
            _is(service, "service:api_errors:irate", {}, SCRAPE_S * BEGINS, BROKEN / SCRAPE_S),
            _is(service, "service_slo:bad_events:rate1m", of_all, _FIRST_S, BROKEN * 4 / 60),
            _is(service, "service:api_calls:irate", {}, _BUSY_S, events / SCRAPE_S),
            _is(service, "service_slo:bad_events:rate1m", of_all, _BUSY_S, BROKEN / SCRAPE_S),
            _is(service, "service_endpoint:api_calls:rate1m", endpoint, _BUSY_S, events / SCRAPE_S),
            _is(service, "service_endpoint:api_errors:ratio_rate1m", endpoint, _BUSY_S, BROKEN / events),
        ]
    return checks


def _is(service: NativeService, record: str, labels: Mapping[str, str], at_s: int, value: float) -> dict[str, object]:
    """Every series of a record that has some labels, rounded, as a record of the service has no others."""
    of = {"service": service.name, **{name: labels[name] for name in labels if name == "slo"}}
    return _asked(f"round({selector(record, of)}, 0.01)", at_s, selector("", {**of, **labels}), round(value + 1e-9, 2))


def _asked(expr: str, at_s: int, labels: str, value: float) -> dict[str, object]:
    return {"expr": expr, "eval_time": f"{at_s}s", "exp_samples": [{"labels": labels, "value": value}]}
