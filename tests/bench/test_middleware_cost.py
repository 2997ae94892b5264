"""What watching a request costs, beside the two middlewares that services commonly use for it.

The same FastAPI application is driven by calling it as an ASGI application, bare and with each middleware, in short
rounds that take turns, so that a slow spell of the machine hits all of them. Other work on the machine only ever adds
to a round, by taking the caches away, so the few that it left alone are the measure: the fastest fortieth. The cost is
their CPU time per request with the middleware minus that with the bare application.

Ours runs as a service mounts it (maximum, in-flight, active users, cohorts, slowest users with pseudonyms, bounds and
exemplars on, tracing off), and once more without users, of whom the peers know nothing. The peers get the same labels
and buckets for calls and response times, the in-flight gauge, and nothing else to do:
prometheus-fastapi-instrumentator without its default metrics of sizes, starlette-exporter with the label ``app_name``
that it always has.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator import Instrumentator
from prometheus_fastapi_instrumentator import metrics as peer_metrics
from rich.console import Console
from rich.table import Table
from starlette.responses import PlainTextResponse
from starlette_exporter import PrometheusMiddleware

from vitals_telemetry import ApiTelemetry, TelemetryMiddleware, UserTelemetry
from vitals_telemetry.asgi import ASGIApp, Message, Scope
from vitals_telemetry.metrics import API_RESPONSE_TIME
from vitals_telemetry.tally import QUEUED

ROUNDS = 600
REQUESTS_PER_ROUND = QUEUED
"""As many as are counted together, so that each round pays for that once."""
FASTEST = ROUNDS // 40
PATHS = ("/api/dashboard", "/api/users/17/summary", "/api/dashboard", "/api/reports/5")
BARE = "none"
OURS = "vitals-telemetry"
WITHOUT_USERS = "vitals-telemetry, no users"
PEERS = ("starlette-exporter", "prometheus-fastapi-instrumentator")


def service() -> FastAPI:
    """Return the application under test: as many routes as a small service has, and handlers that do nothing."""
    app = FastAPI(openapi_url=None)

    async def answer() -> PlainTextResponse:
        return PlainTextResponse("ok")

    for path in ("/health", "/api/dashboard", "/api/users/{user}/summary", "/api/reports/{report}", "/api/goals"):
        app.add_api_route(path, answer, response_class=PlainTextResponse)
    return app


def with_ours(key: Path) -> ASGIApp:
    """Return the application with this project's middleware, as the demo platform mounts it."""
    telemetry = ApiTelemetry(
        version="1",
        revision="1",
        registry=CollectorRegistry(),
        user_of=lambda scope: scope["state"]["user"],
        users=UserTelemetry(cohort_of=lambda scope: scope["state"]["cohort"], pseudonym_key=key),
    )
    return TelemetryMiddleware(service(), telemetry=telemetry)


def without_users() -> ASGIApp:
    """Return the application with this project's middleware where no request has a user."""
    telemetry = ApiTelemetry(version="1", revision="1", registry=CollectorRegistry())
    return TelemetryMiddleware(service(), telemetry=telemetry)


def with_exporter() -> ASGIApp:
    """Return the application with starlette-exporter."""
    app = service()
    app.add_middleware(PrometheusMiddleware, prefix="bench_exporter", buckets=API_RESPONSE_TIME.buckets)
    return app


def with_instrumentator() -> ASGIApp:
    """Return the application with prometheus-fastapi-instrumentator."""
    app, registry = service(), CollectorRegistry()
    instrumentator = Instrumentator(
        should_group_status_codes=False,
        should_instrument_requests_inprogress=True,
        inprogress_name="bench_instrumentator_in_flight",
        registry=registry,
    )
    times = peer_metrics.latency(buckets=API_RESPONSE_TIME.buckets, should_include_status=False, registry=registry)
    calls = peer_metrics.requests(registry=registry)
    assert times is not None
    assert calls is not None
    instrumentator.add(times).add(calls).instrument(app)
    return app


async def seconds_per_request(app: ASGIApp) -> float:
    """Drive ``app`` for one round and return the mean CPU seconds per request."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scopes: list[Scope] = [
        {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": PATHS[number % len(PATHS)],
            "raw_path": PATHS[number % len(PATHS)].encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), (b"accept", b"*/*")],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {"user": f"user-{number}", "cohort": ("member", "coach", "guest")[number % 3]},
        }
        for number in range(REQUESTS_PER_ROUND)
    ]
    started = time.thread_time()
    for scope in scopes:
        await app(scope, receive, send)
    elapsed = time.thread_time() - started
    assert statuses == [200] * REQUESTS_PER_ROUND
    return elapsed / REQUESTS_PER_ROUND


async def measure(apps: dict[str, ASGIApp]) -> dict[str, list[float]]:
    """Return the CPU seconds per request of each application, one figure per round."""
    spent: dict[str, list[float]] = {name: [] for name in apps}
    for app in apps.values():
        await seconds_per_request(app)
    for _ in range(ROUNDS):
        for name, app in apps.items():
            spent[name].append(await seconds_per_request(app))
    return spent


def undisturbed(rounds: list[float]) -> float:
    """Return the mean of the fastest rounds."""
    return statistics.mean(sorted(rounds)[:FASTEST])


@pytest.mark.bench
def test_middleware_costs_at_most_a_fifth_of_the_better_peer(tmp_path: Path) -> None:
    """What the peers also do takes at most a fifth of the better one's time; with users, a quarter of it."""
    key = tmp_path / "pseudonyms.key"
    key.write_bytes(bytes(range(32)))
    build: dict[str, Callable[[], ASGIApp]] = {
        BARE: service,
        OURS: lambda: with_ours(key),
        WITHOUT_USERS: without_users,
        PEERS[0]: with_exporter,
        PEERS[1]: with_instrumentator,
    }
    gc.collect()
    gc.disable()
    try:
        spent = asyncio.run(measure({name: make() for name, make in build.items()}))
    finally:
        gc.enable()
    fastest = {name: undisturbed(rounds) for name, rounds in spent.items()}
    cost = {name: (fastest[name] - fastest[BARE]) * 1e6 for name in (OURS, WITHOUT_USERS, *PEERS)}

    table = Table("middleware", "CPU us per request", "median of all rounds", "of the better peer")
    better = min(cost[name] for name in PEERS)
    for name, own in cost.items():
        median = (statistics.median(spent[name]) - statistics.median(spent[BARE])) * 1e6
        table.add_row(name, f"{own:.1f}", f"{median:.1f}", f"{own / better:.0%}")
    Console(width=110).print(table)
    assert cost[WITHOUT_USERS] <= better / 5
    assert cost[OURS] <= better / 4
