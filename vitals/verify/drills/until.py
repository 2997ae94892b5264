"""Waiting until something has happened, or saying that it did not."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx

from vitals.local.portal.prometheus import QueryError

LOOK_EVERY_S = 0.2


class NotAsExpectedError(Exception):
    """What the drill was about did not happen; the message says what, for a person."""


async def until(condition: Callable[[], Awaitable[bool]], deadline: float, otherwise: str | Callable[[], str]) -> None:
    """Look until the condition holds or the deadline (unix seconds) has passed."""
    while True:
        try:
            if await condition():
                return
        except (httpx.HTTPError, QueryError):
            pass  # a part that is restarted by the drill does not answer for a moment
        if time.time() > deadline:
            raise NotAsExpectedError(otherwise if isinstance(otherwise, str) else otherwise())
        await asyncio.sleep(LOOK_EVERY_S)
