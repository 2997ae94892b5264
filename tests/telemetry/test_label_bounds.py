"""Labels stay within their bounds whatever is requested, and what is cut off is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vitals_telemetry import ApiTelemetry, TelemetryMiddleware
from vitals_telemetry.asgi import Message
from vitals_telemetry.metrics import ENDPOINT, FAILING_STATUSES, METHOD, METRICS, OTHER, STATUS, UNMATCHED

Call = Callable[..., Coroutine[Any, Any, list[Message]]]


def label_values(registry: CollectorRegistry, label: str) -> set[str]:
    """Return every value of ``label`` in a scrape."""
    return {s.labels[label] for f in registry.collect() for s in f.samples if label in s.labels}


def overflow(registry: CollectorRegistry, metric: str, label: str) -> float | None:
    """Return how many values of a label were cut off."""
    return registry.get_sample_value("telemetry_label_overflow_total", {"metric": metric, "label": label})


def test_endpoints_beyond_the_bound_are_counted_together(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """A service with too many routes keeps the first ones apart and counts the rest, and that it did, as 'other'."""

    async def answer(_request: Request) -> Response:
        return PlainTextResponse("ok")

    beyond = 7
    fitting = ENDPOINT.most - 2
    paths = [f"/route{number}" for number in range(fitting + beyond)]
    app = TelemetryMiddleware(Starlette(routes=[Route(path, answer) for path in paths]), telemetry=telemetry)

    async def run() -> None:
        for path in [*paths, paths[0], "/nothing/here"]:
            await request_app(app, path)

    asyncio.run(run())
    values = label_values(registry, "endpoint")
    assert values == {*paths[:fitting], UNMATCHED, OTHER}
    assert len(values) == ENDPOINT.most
    calls = {"endpoint": OTHER, "method": "GET", "status": "200"}
    assert registry.get_sample_value("api_calls_total", calls) == beyond
    for metric in ("api_calls_total", "api_response_time_seconds", "api_response_time_max_seconds"):
        assert overflow(registry, metric, "endpoint") == beyond
    assert overflow(registry, "api_calls_total", "method") == 0


def test_unknown_paths_and_invented_methods_add_nothing(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """A scanner that tries a thousand paths and methods adds two series; each invented method is counted."""
    app = TelemetryMiddleware(Starlette(), telemetry=telemetry)

    async def run() -> None:
        for number in range(500):
            await request_app(app, f"/wp-admin/{number}")
            await request_app(app, f"/wp-admin/{number}", f"SCAN{number}")
        await request_app(app, "/", OTHER)

    asyncio.run(run())
    assert label_values(registry, "endpoint") == {UNMATCHED}
    assert label_values(registry, "method") == {"GET", OTHER}
    assert set(METHOD.values) >= label_values(registry, "method")
    assert overflow(registry, "api_calls_total", "method") == 501


def test_statuses_beyond_the_bound_are_counted_together(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """More statuses than the bound, or one that HTTP does not have, are counted as 'other'."""

    async def answer(request: Request) -> Response:
        return PlainTextResponse("x", status_code=int(request.path_params["status"]))

    app = TelemetryMiddleware(Starlette(routes=[Route("/{status:int}", answer)]), telemetry=telemetry)
    statuses = [999, *range(200, 200 + STATUS.most + 4 - len(FAILING_STATUSES)), 200]

    async def run() -> None:
        for status in statuses:
            await request_app(app, f"/{status}")

    asyncio.run(run())
    values = label_values(registry, "status")
    assert len(values) == STATUS.most
    assert "999" not in values
    assert (
        registry.get_sample_value("api_calls_total", {"endpoint": "/{status}", "method": "GET", "status": OTHER})
        == 1 + 4 + 1
    )
    assert overflow(registry, "api_calls_total", "status") == 1 + 4 + 1


def test_the_overflow_counter_keeps_its_own_bound(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """The counter of what was cut off has all its series from the start, within what the contract promises."""
    del telemetry
    (metric,) = (metric for metric in METRICS if metric.name == "telemetry_label_overflow_total")
    assert metric.labels
    for label in metric.labels:
        assert 0 < len(label_values(registry, label.name)) <= label.most
