"""The estimate beside a service that answers requests: series by series, what the middleware exposes was counted."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitals.kit.cost import metric_series
from vitals_telemetry import ApiTelemetry, TelemetryMiddleware
from vitals_telemetry.metrics import API_METRICS, BUILD_METRICS, FAILING_STATUSES, PROCESS_METRICS, RUNTIME_SERIES

ENDPOINTS = 3
STATUSES = (200, 503)


def _series(text: str) -> int:
    return sum(1 for line in text.splitlines() if line and not line.startswith("#"))


async def _visit(app: TelemetryMiddleware) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.example") as client:
        for number in range(ENDPOINTS):
            for status in STATUSES:
                await client.get(f"/rooms{number}/7", params={"status": status})


async def _answer(request: Request) -> Response:
    return Response(status_code=int(request.query_params["status"]))


def test_a_service_exposes_what_was_expected_of_it() -> None:
    """With the endpoints and statuses that its catalogue entry counts, the sum over all metrics is exact.

    Statuses that count as failing are there without a request, also for requests that no route answers.
    """
    registry = CollectorRegistry()
    routes = [Route(f"/rooms{number}/{{room}}", _answer) for number in range(ENDPOINTS)]
    telemetry = ApiTelemetry(version="1", revision="a", registry=registry)
    asyncio.run(_visit(TelemetryMiddleware(Starlette(routes=routes), telemetry=telemetry)))
    statuses = len({*STATUSES, *FAILING_STATUSES})
    expects = {"endpoint": ENDPOINTS, "method": 1, "status": statuses, "metric": 4}
    exposed = (*API_METRICS, *BUILD_METRICS)

    counted = sum(metric_series(m, expects).series for m in exposed) + len(FAILING_STATUSES)
    assert _series(generate_latest(registry).decode()) == counted


def test_the_runtime_of_python_is_counted() -> None:
    """A fresh process exposes what the contract lists of it and the runtime's series, no more and no fewer."""
    program = "from prometheus_client import REGISTRY, generate_latest; print(generate_latest(REGISTRY).decode())"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert _series(done.stdout) == RUNTIME_SERIES + len(PROCESS_METRICS)
