"""The contract is what a scrape shows: the same names, types, help texts, labels and buckets, in both text formats."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from tests.telemetry.anything import ODD, scraped
from vitals_telemetry import ApiTelemetry, TelemetryMiddleware, expose_build, serve_metrics
from vitals_telemetry.asgi import Message, Receive, Scope, Send
from vitals_telemetry.contract import Metric, MetricType
from vitals_telemetry.metrics import API_METRICS, BUILD_METRICS, METRICS, PROCESS_METRICS

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def scrape(registry: CollectorRegistry, accept: str) -> dict[str, Family]:
    """Return the families of a scrape over HTTP by the name that the contract uses."""
    server = serve_metrics(0, registry=registry)
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/metrics", headers={"Accept": accept})
        with urllib.request.urlopen(request) as response:
            content_type = response.headers["Content-Type"]
            text = response.read().decode()
    finally:
        server.close()
    assert content_type.startswith("application/openmetrics-text" if accept else "text/plain")
    families = (parse_openmetrics if accept else parse_text)(text)
    return {f.name + "_total" * (f.type == "counter"): f for f in families}


def assert_same(metric: Metric, family: Family) -> None:
    """Fail unless ``family``, which must have samples, is what ``metric`` describes."""
    assert family.type == metric.type.value
    assert family.documentation == metric.help
    assert family.samples
    for sample in family.samples:
        assert set(sample.labels) - {"le"} == set(metric.label_names), sample
    if metric.type is MetricType.HISTOGRAM:
        bounds = [float(s.labels["le"]) for s in family.samples if s.name.endswith("_bucket")]
        assert tuple(bounds) == (*metric.buckets, float("inf"))


@pytest.mark.parametrize("accept", [OPENMETRICS, ""], ids=["openmetrics", "text"])
def test_a_scrape_shows_exactly_the_metrics_of_the_contract(
    accept: str,
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Callable[..., Coroutine[Any, Any, list[Message]]],
) -> None:
    """After one request every metric of the API family is scraped as described, and no other family is."""

    async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    asyncio.run(request_app(TelemetryMiddleware(service, telemetry=telemetry), user="ann"))
    families = scrape(registry, accept)
    expected = (*API_METRICS, *BUILD_METRICS)
    assert families.keys() == {metric.name for metric in expected}
    for metric in expected:
        assert_same(metric, families[metric.name])


def test_the_api_metrics_are_those_of_the_monitoring_guide() -> None:
    """Names, labels and buckets that dashboards and scripts outside this repository already use never change."""
    guide: dict[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
        "api_calls_total": ("counter", ("endpoint", "method", "status"), ()),
        "api_response_time_seconds": (
            "histogram",
            ("endpoint", "method"),
            (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        ),
        "active_users": ("gauge", (), ()),
    }
    described = {metric.name: (metric.type.value, metric.label_names, metric.buckets) for metric in METRICS}
    assert {name: described[name] for name in guide} == guide


def test_the_process_metrics_come_with_the_default_registry() -> None:
    """The process metrics that rules rely on are in the default registry, as PROCESS_METRICS describes them."""
    families = scrape(REGISTRY, OPENMETRICS)
    for metric in PROCESS_METRICS:
        assert_same(metric, families[metric.name])


def test_the_build_is_exposed(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """app_build_info is 1 and names the version and revision that the service was given."""
    del telemetry
    labels = {"version": "1.2.3", "revision": "abc"}
    assert registry.get_sample_value("app_build_info", labels) == 1


@pytest.mark.parametrize("version", ODD, ids=lambda odd: type(odd).__name__)
def test_a_version_of_any_type_leaves_the_scrape_readable(version: Any) -> None:  # noqa: ANN401
    """As from an environment variable that is not set, a number in a settings file, or a member of an Enum."""
    registry = CollectorRegistry()
    expose_build(version, None, registry)
    (build,) = scraped(registry)["app_build_info"].samples
    assert (build.value, build.labels["revision"]) == (1, "unknown")
    assert version is not None or build.labels["version"] == "unknown"
