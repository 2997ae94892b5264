"""Clients that never finish what they begin, never read, or come in too great a number."""

from __future__ import annotations

import asyncio
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.local.stack.open_ports import TOKEN
from vitals.local.processes.ports import listen
from vitals.local.stack import timely
from vitals.local.stack.receivers.slack import slack_routes, webhook_path
from vitals.local.stack.serve import serving


def _slowly(begin: bytes, monkeypatch: pytest.MonkeyPatch, **bounds: float) -> tuple[float, bytes]:
    """Begin a request and never go on; return after how long the server closed, and what it said."""
    for name, value in bounds.items():
        monkeypatch.setattr(timely, name, value)

    async def big(_: Request) -> PlainTextResponse:
        return PlainTextResponse("x" * 64 * 1024 * 1024)

    async def run() -> tuple[float, bytes]:
        app = Starlette(routes=[Route("/big", big), *slack_routes(TOKEN, lambda _: None)])
        async with serving(app, listen(0, "")) as url:
            host, port = url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
            writer.write(begin)
            begun = time.monotonic()
            await asyncio.sleep(4 * bounds.get("UNREAD_S", 0.0))
            said = b""
            try:
                while part := await asyncio.wait_for(reader.read(65536), 20):
                    said += part
            except ConnectionError:
                pass
            writer.close()
            return time.monotonic() - begun, said

    return asyncio.run(run())


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        b"POST / HTTP/1.1\r\nHost: x\r\n",
        f"POST {webhook_path(TOKEN)} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12".encode(),
        f"POST {webhook_path(TOKEN)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12".encode(),
        b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHo",
    ],
    ids=["nothing", "headers", "body", "chunk", "second request"],
)
def test_a_client_that_does_not_go_on_is_closed(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it has begun, the connection ends; no server waits for it without end."""
    took, said = _slowly(begin, monkeypatch, REQUEST_S=0.5)

    assert took < 15
    assert b" 500 " not in said


def test_a_client_that_does_not_read_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets what was on its way, never the whole."""
    _, said = _slowly(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n", monkeypatch, UNREAD_S=0.5)

    assert len(said) < 32 * 1024 * 1024


def test_too_many_headers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head without end is not collected."""
    headers = "".join(f"X-{number}: {'y' * 100}\r\n" for number in range(10_000))
    _, said = _slowly(f"GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode(), monkeypatch, UNREAD_S=0.0)

    assert said[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 431", b""}


def test_connections_beyond_the_bound_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were first are served on."""
    monkeypatch.setattr(timely, "MOST_CONNECTIONS", 3)

    async def run() -> tuple[int, int]:
        async with serving(Starlette(), listen(0, "")) as url:
            host, port = url.removeprefix("http://").split(":")
            held = [await asyncio.open_connection(host, int(port)) for _ in range(6)]
            await asyncio.sleep(0.2)
            closed = 0
            for reader, writer in held[3:]:
                try:
                    closed += await asyncio.wait_for(reader.read(), 5) == b""
                except ConnectionError:
                    closed += 1
                writer.close()
            held[0][1].write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            status = int((await held[0][0].read()).split()[1])
            for _, writer in held[:3]:
                writer.close()
            return closed, status

    assert asyncio.run(run()) == (3, 404)
