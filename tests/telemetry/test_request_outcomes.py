"""However a request ends, it is counted once, with the right status and time, and nothing is changed on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry import ApiTelemetry, TelemetryError, TelemetryMiddleware
from vitals_telemetry.asgi import ASGIApp, Message, Receive, Scope, Send

Call = Callable[..., Coroutine[Any, Any, list[Message]]]
START: Message = {"type": "http.response.start", "status": 200, "headers": []}
PART: Message = {"type": "http.response.body", "body": b"part", "more_body": True}
END: Message = {"type": "http.response.body", "body": b"end"}


class TimeoutClock(Protocol):
    """The clock of the fixture."""

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""


def calls(registry: CollectorRegistry) -> dict[str, float]:
    """Return the requests counted so far by status; statuses without any are left out."""
    return {
        sample.labels["status"]: sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "api_calls_total" and sample.value
    }


def value(registry: CollectorRegistry, name: str) -> float | None:
    """Return a sample of the requests that no route answered."""
    return registry.get_sample_value(name, {"endpoint": "unmatched", "method": "GET"})


async def raises_at_once(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Fail before anything is sent."""
    raise LookupError("boom")


async def raises_midway(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Fail after a part of the body."""
    await send(START)
    await send(PART)
    raise LookupError("boom")


async def raises_afterwards(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Fail in the background, after the whole answer."""
    await send(START)
    await send(END)
    raise LookupError("boom")


async def is_cancelled(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """End as a server's time limit or a server that cancels on disconnect ends it."""
    raise asyncio.CancelledError


async def notices_the_client_left(_scope: Scope, receive: Receive, _send: Send) -> None:
    """Fail because the body never came."""
    if (await receive())["type"] == "http.disconnect":
        raise LookupError("client left")


async def answers_into_the_void(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with an error page, as frameworks do, although the client has left."""
    await receive()
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send(END)
    raise LookupError("client left")


@pytest.mark.parametrize(
    "case",
    [
        (raises_at_once, False, "500", LookupError),
        (raises_midway, False, "500", LookupError),
        (raises_afterwards, False, "200", LookupError),
        (is_cancelled, False, "499", asyncio.CancelledError),
        (notices_the_client_left, True, "499", LookupError),
        (answers_into_the_void, True, "499", LookupError),
        (answers_into_the_void, False, "500", LookupError),
    ],
    ids=lambda case: case[0].__name__,
)
def test_an_exception_is_counted_and_goes_on(
    case: tuple[ASGIApp, bool, str, type[BaseException]],
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
) -> None:
    """The service's fault is 500, the client's leaving 499, a whole answer its own status; the exception goes on."""
    service, client_leaves, status, error = case

    async def run() -> None:
        with pytest.raises(error):
            await request_app(TelemetryMiddleware(service, telemetry=telemetry), client_leaves=client_leaves)

    asyncio.run(run())
    assert calls(registry) == {status: 1}
    assert value(registry, "api_response_time_seconds_count") == 1
    assert registry.get_sample_value("api_requests_in_flight") == 0


@pytest.mark.parametrize(
    "case",
    [
        ([], False, "500"),
        ([], True, "499"),
        ([START, PART], True, "200"),
        ([START, PART, END], False, "200"),
        ([START, END, END], False, "200"),
        ([START, {"type": "http.response.pathsend", "path": "/file"}], False, "200"),
    ],
    ids=[
        "no answer",
        "client left first",
        "client left midway",
        "stream",
        "one end too many",
        "file sent by the server",
    ],
)
def test_an_answer_is_counted_once_and_passed_on_as_it_is(
    case: tuple[list[Message], bool, str],
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
) -> None:
    """An answer counts once with the status that reached the client; its messages are those of the application."""
    messages, client_leaves, status = case

    async def service(_scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)
        await receive()

    app = TelemetryMiddleware(service, telemetry=telemetry)
    assert asyncio.run(request_app(app, client_leaves=client_leaves)) == messages
    assert calls(registry) == {status: 1}
    assert registry.get_sample_value("api_requests_in_flight") == 0


def test_the_time_ends_with_the_last_byte(
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
    clock: TimeoutClock,
) -> None:
    """A stream takes until its last part is sent; work after that is neither waited for nor in flight."""
    in_flight: list[float | None] = []

    async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in (START, PART, END):
            clock.wait(1)
            in_flight.append(registry.get_sample_value("api_requests_in_flight"))
            await send(message)
        in_flight.append(registry.get_sample_value("api_requests_in_flight"))
        clock.wait(100)

    asyncio.run(request_app(TelemetryMiddleware(service, telemetry=telemetry)))
    assert value(registry, "api_response_time_seconds_sum") == 3
    assert in_flight == [1, 1, 1, 0]


def test_a_client_that_cannot_be_written_to_has_left(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """A server that reports a closed connection by an OSError from send is a client that left, not a fault."""

    async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        raise OSError("closed")

    async def run() -> None:
        app = TelemetryMiddleware(service, telemetry=telemetry)
        with pytest.raises(OSError, match="closed"):
            await app({"type": "http", "method": "GET", "headers": [], "state": {}}, receive, send)

    asyncio.run(run())
    assert calls(registry) == {"499": 1}


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_connections_pass_through(kind: str, telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """Lifespan and websocket scopes reach the application with the server's own callables and are not counted."""
    seen: list[tuple[Scope, Receive, Send]] = []

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        return

    scope: Scope = {"type": kind}
    asyncio.run(TelemetryMiddleware(service, telemetry=telemetry)(scope, receive, send))
    assert seen == [(scope, receive, send)]
    assert scope == {"type": kind}
    assert calls(registry) == {}


def test_a_health_check_is_served_and_not_measured(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """A probe's answers must not dilute the share of failures that users see."""
    app = TelemetryMiddleware(_answers, telemetry=telemetry, unmeasured=("/healthz",))

    async def run() -> list[Message]:
        answer = await request_app(app, path="/healthz")
        await request_app(app, path="/api/dashboard")
        return answer

    assert asyncio.run(run())[0]["status"] == 200
    assert calls(registry) == {"200": 1}


async def _answers(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send(START)
    await send(END)


def test_paths_that_are_one_text_are_refused(telemetry: ApiTelemetry) -> None:
    """Each of its characters would be a path, and the first page would not be measured."""
    with pytest.raises(TelemetryError, match=r"unmeasured is the text '/healthz'.*\('/healthz',\)"):
        TelemetryMiddleware(_answers, telemetry=telemetry, unmeasured="/healthz")
