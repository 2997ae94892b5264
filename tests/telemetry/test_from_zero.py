"""What fails is there at 0 before it fails: a first burst is an increase, on a fresh replica as on an old one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.telemetry.test_route_template import CASES, inside, outside
from vitals_telemetry import ApiTelemetry, TelemetryMiddleware
from vitals_telemetry.asgi import ASGIApp, Message, Receive, Scope, Send
from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.metrics import ENDPOINT, FAILING_STATUSES, METHOD
from vitals_telemetry.tasks import TaskTelemetry

Call = Callable[..., Coroutine[Any, Any, list[Message]]]
EVERY = [str(status) for status in FAILING_STATUSES]


def failing(registry: CollectorRegistry) -> dict[tuple[str, str], dict[str, float]]:
    """Requests that were answered with a failing status, by endpoint and method, then by status."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for sample in (s for f in registry.collect() for s in f.samples if s.name == "api_calls_total"):
        if sample.labels["status"].startswith("5"):
            route = (sample.labels["endpoint"], sample.labels["method"])
            found.setdefault(route, {})[sample.labels["status"]] = sample.value
    return found


async def answer(request: Request) -> Response:
    """Answer with the status that is asked for."""
    return PlainTextResponse("x", status_code=int(request.query_params.get("status", "200")))


def start(app: ASGIApp) -> None:
    """Let a server start an application, without any request."""

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(_message: Message) -> None:
        return

    async def run() -> None:
        serving = asyncio.ensure_future(app({"type": "lifespan", "state": {}}, receive, send))
        await asyncio.wait([serving], timeout=1)
        serving.cancel()

    asyncio.run(run())


def test_every_route_is_there_before_the_first_request(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """When the server starts, each route and method has its failing statuses and its response times, at 0."""
    routes = [Route("/orders", answer, methods=["GET", "POST"]), Route("/orders/{order}", answer, methods=["DELETE"])]
    start(TelemetryMiddleware(Starlette(routes=routes), telemetry=telemetry))
    expected = {("/orders", "GET"), ("/orders", "POST"), ("/orders/{order}", "DELETE")}
    unmatched = {("unmatched", method) for method in ("GET", "POST", "DELETE")}
    assert failing(registry) == dict.fromkeys(expected | unmatched, dict.fromkeys(EVERY, 0))
    for endpoint, method in expected:
        labels = {"endpoint": endpoint, "method": method}
        assert registry.get_sample_value("api_response_time_seconds_count", labels) == 0
        assert registry.get_sample_value("api_response_time_max_seconds", labels) is None


@pytest.mark.parametrize("mount", [outside, inside])
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case[4] not in ("unmatched", "/openapi.json") and case[1] != "DELETE"],
    ids=lambda case: case[2],
)
def test_the_template_that_is_expected_is_the_one_that_is_counted(
    case: tuple[Callable[[], Starlette], str, str, int, str],
    mount: Callable[[Starlette, ApiTelemetry], ASGIApp],
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
) -> None:
    """Whatever routers and mounts lie on the way, a request raises a series that was there before it."""
    service, method, path, _, endpoint = case
    app = mount(service(), telemetry)
    asyncio.run(request_app(app, "/nothing/here"))
    before = failing(registry)
    assert before[endpoint, method] == dict.fromkeys(EVERY, 0)
    asyncio.run(request_app(app, path, method))
    assert failing(registry) == before


def test_a_first_burst_raises_what_was_there(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """Forty failures in a row on a route that was never called are an increase by forty from a scrape to the next."""
    app = TelemetryMiddleware(Starlette(routes=[Route("/orders", failing_handler)]), telemetry=telemetry)
    asyncio.run(request_app(app, "/health"))
    assert failing(registry)["/orders", "GET"]["500"] == 0

    async def burst() -> None:
        for _ in range(40):
            with pytest.raises(LookupError):
                await request_app(app, "/orders")

    asyncio.run(burst())
    assert failing(registry)["/orders", "GET"]["500"] == 40


async def failing_handler(_request: Request) -> Response:
    """Fail as a service does whose database is gone."""
    raise LookupError("gone")


def test_an_application_without_routes_has_its_failures_at_zero(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """What no route answers fails from 0 as well, under each method from its first request on."""

    async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = TelemetryMiddleware(service, telemetry=telemetry)
    asyncio.run(request_app(app, "/a", "PUT"))
    assert failing(registry) == dict.fromkeys([("unmatched", "GET"), ("unmatched", "PUT")], dict.fromkeys(EVERY, 0))


def test_health_checks_and_the_pages_of_a_framework_are_not_expected(
    telemetry: ApiTelemetry, registry: CollectorRegistry
) -> None:
    """What is not measured has no series, and documentation that FastAPI adds costs none until it is read."""
    app = FastAPI()
    app.add_api_route("/healthz", lambda: "ok")
    app.add_api_route("/orders", lambda: "none")
    start(TelemetryMiddleware(app, telemetry=telemetry, unmeasured=("/healthz",)))
    assert {endpoint for endpoint, _ in failing(registry)} == {"/orders", "unmatched"}


def test_too_many_routes_leave_the_bound_to_those_that_are_called(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """An application with more routes than the bound shows each from its first request on, with its failures at 0."""
    routes = [Route(f"/route{number}", answer) for number in range(ENDPOINT.most)]
    app = TelemetryMiddleware(Starlette(routes=routes), telemetry=telemetry)
    asyncio.run(request_app(app, "/route199"))
    assert failing(registry).keys() == {("/route199", "GET"), ("unmatched", "GET")}


def test_no_flood_of_statuses_takes_the_place_of_a_failure(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """The failing statuses have their places within the bound, whatever else is answered before."""
    app = TelemetryMiddleware(Starlette(routes=[Route("/x", answer)]), telemetry=telemetry)

    async def run() -> None:
        for status in (*range(200, 300), *FAILING_STATUSES):
            query = f"status={status}".encode()

            async def with_query(scope: Scope, receive: Receive, send: Send, query: bytes = query) -> None:
                await app(scope | {"query_string": query}, receive, send)  # type: ignore[operator]

            await request_app(with_query, "/x")

    asyncio.run(run())
    assert failing(registry)["/x", "GET"] == dict.fromkeys(EVERY, 1)


def test_invented_methods_are_not_expected(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """A route may take a method that HTTP does not have; the label stays within its values."""
    start(TelemetryMiddleware(Starlette(routes=[Route("/x", answer, methods=["PURGE"])]), telemetry=telemetry))
    assert {method for _, method in failing(registry)} <= set(METHOD.values)


def test_tasks_and_databases_fail_from_zero(registry: CollectorRegistry) -> None:
    """A watched task is there before its first attempt, a database operation before its first end."""
    tasks, database = TaskTelemetry(registry), DatabaseTelemetry("orders", system="sql", registry=registry)

    @tasks.watch("reports", task="write")
    def write() -> None:
        """Never called here."""

    del write
    labels = {"queue": "reports", "task": "write", "outcome": "failed"}
    assert registry.get_sample_value("tasks_processed_total", labels) == 0
    running = database.start("orders", "get")
    errors = {"database": "orders", "collection": "orders", "operation": "get"}
    assert registry.get_sample_value("database_query_errors_total", errors) == 0
    running.end()
