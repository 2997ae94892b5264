"""The gauges of the API: active users, the falling maximum, and exact numbers under threads."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import pytest
from opentelemetry.trace import INVALID_SPAN
from prometheus_client import CollectorRegistry, generate_latest
from starlette.authentication import SimpleUser, UnauthenticatedUser

from vitals_telemetry import ApiTelemetry, TelemetryError, TelemetryMiddleware, authenticated_user
from vitals_telemetry.asgi import Message, Receive, Scope, Send

Call = Callable[..., Coroutine[Any, Any, list[Message]]]


class WindowClock(Protocol):
    """The clock of the fixture."""

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""


async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer 200."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def test_active_users_are_the_distinct_users_of_five_minutes(
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
    clock: WindowClock,
) -> None:
    """A user counts once, for five minutes after the last request, and no name is in the scrape."""
    app = TelemetryMiddleware(service, telemetry=telemetry)

    async def run() -> None:
        for user in ("ann", "bob", "ann", None):
            await request_app(app, user=user)
        clock.wait(200)
        await request_app(app, user="ann")

    asyncio.run(run())
    assert registry.get_sample_value("active_users") == 2
    assert b"ann" not in generate_latest(registry)
    clock.wait(101)
    assert registry.get_sample_value("active_users") == 1
    clock.wait(200)
    assert registry.get_sample_value("active_users") == 0


def test_users_beyond_the_bound_are_counted_as_overflow(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """With more users than are remembered, the gauge stops at the bound and the overflow counter rises."""
    app = TelemetryMiddleware(service, telemetry=telemetry)

    async def run() -> None:
        for number in range(1003):
            await request_app(app, user=str(number))

    asyncio.run(run())
    assert registry.get_sample_value("active_users") == 1000
    labels = {"metric": "active_users", "label": "user"}
    assert registry.get_sample_value("telemetry_label_overflow_total", labels) == 3


def test_a_failing_user_of_harms_no_request(
    registry: CollectorRegistry, request_app: Call, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in user_of is logged once; the requests are answered and counted without a user."""
    telemetry = ApiTelemetry(version="1", revision="1", registry=registry, user_of=lambda scope: str(scope["absent"]))
    app = TelemetryMiddleware(service, telemetry=telemetry)

    async def run() -> None:
        for _ in range(3):
            assert len(await request_app(app)) == 2

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert [record.name for record in caplog.records] == ["vitals_telemetry.api"]
    assert registry.get_sample_value("active_users") == 0
    labels = {"endpoint": "unmatched", "method": "GET", "status": "200"}
    assert registry.get_sample_value("api_calls_total", labels) == 3


def test_the_default_user_is_the_authenticated_one() -> None:
    """Without a user_of, the user of Starlette's authentication counts, if there is one and it is authenticated."""
    assert authenticated_user({"user": SimpleUser("ann")}) == "ann"
    assert authenticated_user({"user": UnauthenticatedUser()}) is None
    assert authenticated_user({}) is None


def test_the_maximum_falls_after_its_window(
    telemetry: ApiTelemetry, registry: CollectorRegistry, clock: WindowClock
) -> None:
    """The longest response time is exact, not a bucket bound, and leaves the scrape after about a minute."""
    labels = {"endpoint": "/slow", "method": "GET"}
    for seconds in (12.34, 0.2):
        started = telemetry.request_started()
        clock.wait(seconds)
        telemetry.request_finished({"method": "GET", "state": {}}, "/slow", 200, started, INVALID_SPAN)
    assert registry.get_sample_value("api_response_time_max_seconds", labels) == pytest.approx(12.34)
    clock.wait(71)
    assert registry.get_sample_value("api_response_time_max_seconds", labels) is None
    assert registry.get_sample_value("api_response_time_seconds_count", labels) == 2


def test_a_response_time_on_a_bound_is_within_it(
    telemetry: ApiTelemetry, registry: CollectorRegistry, clock: WindowClock
) -> None:
    """Buckets are upper bounds including the bound, as Prometheus defines them, and cumulative."""
    started = telemetry.request_started()
    clock.wait(0.25)
    telemetry.request_finished({"method": "GET", "state": {}}, "/x", 200, started, INVALID_SPAN)
    for le, count in {"0.1": 0, "0.25": 1, "10.0": 1, "+Inf": 1}.items():
        labels = {"endpoint": "/x", "method": "GET", "le": le}
        assert registry.get_sample_value("api_response_time_seconds_bucket", labels) == count


def test_threads_lose_no_request(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """Event loops in several threads and a scrape beside them give the exact number of requests in the end."""
    threads, requests = 4, 2000
    done = threading.Event()

    def serve(number: int) -> None:
        scope = {"method": "GET", "state": {"user": str(number)}}
        for _ in range(requests):
            started = telemetry.request_started()
            telemetry.request_finished(scope, "/x", 200, started, INVALID_SPAN)

    def scrape() -> None:
        while not done.is_set():
            families = {family.name: family for family in registry.collect()}
            calls = sum(s.value for s in families["api_calls"].samples)
            counts = [s for s in families["api_response_time_seconds"].samples if s.name.endswith("_count")]
            torn.extend([calls] if calls != sum(s.value for s in counts) else [])

    torn: list[float] = []
    workers = [threading.Thread(target=serve, args=(number,)) for number in range(threads)]
    scraper = threading.Thread(target=scrape)
    for thread in (scraper, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    scraper.join()
    assert torn == []
    labels = {"endpoint": "/x", "method": "GET", "status": "200"}
    assert registry.get_sample_value("api_calls_total", labels) == threads * requests
    assert registry.get_sample_value("api_requests_in_flight") == 0
    assert registry.get_sample_value("active_users") == threads


def test_a_second_telemetry_in_one_registry_is_refused(telemetry: ApiTelemetry, registry: CollectorRegistry) -> None:
    """Two owners of the same series are an error that says what to do."""
    del telemetry
    with pytest.raises(TelemetryError, match="one ApiTelemetry per process"):
        ApiTelemetry(version="2", revision="2", registry=registry)
