"""What the tests of the telemetry share: a clock that they turn, a registry of their own and a bare ASGI client."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry import ApiTelemetry
from vitals_telemetry.asgi import ASGIApp, Message, Scope

Call = Callable[..., Coroutine[Any, Any, list[Message]]]


class ManualClock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""
        self.now += seconds


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def registry() -> CollectorRegistry:
    """Return an empty registry."""
    return CollectorRegistry()


@pytest.fixture
def telemetry(registry: CollectorRegistry, clock: ManualClock) -> ApiTelemetry:
    """Return telemetry that reads ``clock`` and takes the user from the scope's state."""
    return ApiTelemetry(
        version="1.2.3",
        revision="abc",
        registry=registry,
        user_of=lambda scope: scope["state"].get("user"),
        most_users=1000,
        clock=clock,
    )


@pytest.fixture
def request_app() -> Call:
    """Return an ASGI client: it calls an application once and returns the messages that the application sent."""

    async def call(
        app: ASGIApp,
        path: str = "/",
        method: str = "GET",
        *,
        user: str | None = None,
        headers: Iterable[tuple[bytes, bytes]] = (),
        client_leaves: bool = False,
    ) -> list[Message]:
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"token=geheim",
            "root_path": "",
            "headers": [(b"host", b"localhost"), *headers],
            "client": ("192.0.2.7", 50000),
            "server": ("127.0.0.1", 8000),
            "state": {} if user is None else {"user": user},
        }
        sent: list[Message] = []

        async def receive() -> Message:
            if client_leaves:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent

    return call
