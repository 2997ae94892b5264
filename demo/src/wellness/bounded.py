"""A replica that bears a known load: so many API requests at once, each waiting so long for what stands behind it.

A service of this kind is bounded by its connections to a database, not by its processor. With both numbers given, a
replica bears ``at_once / io_wait`` requests per second on any machine, so that many replicas fit on a small one and
still have to share the load. Requests above the bound wait in line, and their waiting counts as their duration.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

API = "/api/"


@dataclass(frozen=True, slots=True)
class ReplicaBound:
    """What one replica bears.

    Attributes:
        at_once: API requests that are served at the same time; the others wait in the order in which they came.
        io_wait: Seconds that each of them waits before it is served.
    """

    at_once: int
    io_wait: float


class BoundedMiddleware:
    """Let only so many requests under ``/api/`` in at once; each keeps its place while it waits and is served.

    Args:
        app: The application inside.
        bound: How many, and how long they wait.
    """

    def __init__(self, app: ASGIApp, bound: ReplicaBound) -> None:
        self._app = app
        self._places = asyncio.Semaphore(bound.at_once)
        self._io_wait = bound.io_wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (or lifespan) of the application inside."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        async with self._places:
            await asyncio.sleep(self._io_wait)
            await self._app(scope, receive, send)
