"""Behind a real server, with real connections: streams, threads and clients that hang up."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import uvicorn
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry
from starlette.responses import StreamingResponse

from vitals_telemetry import ApiTelemetry, TelemetryMiddleware

PATIENCE = 20.0


def service() -> FastAPI:
    """Return an application with a handler that runs in a thread, an endless stream and one that waits."""
    app = FastAPI()

    @app.get("/thread/{number}")
    def in_a_thread(number: int) -> dict[str, int]:
        return {"number": number}

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"more\n"
            await asyncio.sleep(0.02)

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(endless())

    @app.get("/wait")
    async def wait(request: Request) -> None:
        while not await request.is_disconnected():
            await asyncio.sleep(0.02)
        raise TimeoutError("the client is gone")

    return app


@pytest.fixture
def port(registry: CollectorRegistry) -> Iterator[int]:
    """Run the instrumented application behind uvicorn on a free port of loopback."""
    telemetry = ApiTelemetry(version="1", revision="1", registry=registry)
    app = TelemetryMiddleware(service(), telemetry=telemetry)
    config = uvicorn.Config(app, log_config=None, lifespan="on", http="h11")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        wait_for(lambda: server.started)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def calls(registry: CollectorRegistry, endpoint: str, status: int) -> float | None:
    """Return how many GET requests an endpoint answered with a status."""
    labels = {"endpoint": endpoint, "method": "GET", "status": str(status)}
    return registry.get_sample_value("api_calls_total", labels)


def hang_up(port: int, path: str, after: bytes) -> None:
    """Ask for ``path`` and close the connection once ``after`` has come."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = b""
        while after not in received:
            received += client.recv(4096)


def test_handlers_in_threads_are_counted(port: int, registry: CollectorRegistry) -> None:
    """Synchronous handlers, which run in a thread pool, are counted under one template, all of them."""
    for number in range(20):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/thread/{number}") as response:
            assert response.status == 200
    wait_for(lambda: calls(registry, "/thread/{number}", 200) == 20)
    assert registry.get_sample_value("api_requests_in_flight") == 0


def test_a_stream_that_the_client_leaves_is_over(port: int, registry: CollectorRegistry) -> None:
    """When the client of an endless stream hangs up, the request counts with the status that it got, once."""
    hang_up(port, "/stream", after=b"more")
    wait_for(lambda: registry.get_sample_value("api_requests_in_flight") == 0)
    assert calls(registry, "/stream", 200) == 1
    assert calls(registry, "/stream", 500) == 0


def test_a_client_that_leaves_before_the_answer_is_not_an_error(port: int, registry: CollectorRegistry) -> None:
    """When the client hangs up before the answer, the request counts as 499, even if the handler then raises."""
    hang_up(port, "/wait", after=b"")
    wait_for(lambda: calls(registry, "/wait", 499) == 1)
    assert registry.get_sample_value("api_requests_in_flight") == 0
