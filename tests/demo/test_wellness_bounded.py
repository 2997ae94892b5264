"""A bounded replica answers as many requests per second as it says, and no more."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from wellness.bounded import BoundedMiddleware, ReplicaBound

pytestmark = pytest.mark.anyio


class Inside:
    """An application that notes how many requests it has at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after a while."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        await PlainTextResponse("done")(scope, receive, send)


async def test_no_more_requests_are_inside_than_the_bound_allows() -> None:
    """Twelve at once through three places: three at a time, each after its wait, so four rounds."""
    inside = Inside()
    bounded = BoundedMiddleware(inside, ReplicaBound(at_once=3, io_wait=0.05))
    begun = time.monotonic()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bounded), base_url="http://127.0.0.1") as client:
        answers = await asyncio.gather(*(client.get("/api/dashboard") for _ in range(12)))

    assert {answer.status_code for answer in answers} == {200}
    assert inside.most == 3
    assert time.monotonic() - begun >= 4 * 0.05


async def test_a_health_check_waits_in_no_line() -> None:
    """A replica with a long line is busy and not ill: its readiness probe is answered at once."""
    bounded = BoundedMiddleware(Inside(), ReplicaBound(at_once=1, io_wait=30))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bounded), base_url="http://127.0.0.1") as client:
        waiting = asyncio.create_task(client.get("/api/dashboard"))
        answer = await asyncio.wait_for(client.get("/healthz"), timeout=10)
        waiting.cancel()

    assert answer.text == "done"
