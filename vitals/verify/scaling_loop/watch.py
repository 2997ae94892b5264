"""Looks at the loop once a second and keeps what it saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx

from vitals.verify.cluster.api import RefusedError
from vitals.verify.scaling_loop.loop import Loop
from vitals.verify.scaling_loop.outcome import Second
from vitals.verify.scaling_loop.processor import Processor


class Watch:
    """What was seen of a loop.

    Args:
        loop: The loop.
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._processor = Processor()
        self._zero = time.time()
        self._asked = loop.shipped.lowest
        self.seconds: list[Second] = []

    @property
    def now(self) -> float:
        """Seconds since the step of load."""
        return time.time() - self._zero

    def load_steps(self) -> None:
        """Count from now."""
        shift = time.time() - self._zero
        self._zero += shift
        self.seconds = [one.model_copy(update={"t": one.t - shift}) for one in self.seconds]

    async def look(self) -> None:
        """Look once a second until cancelled; while the API server is away, what it last said counts."""
        while True:
            await self._look()
            await asyncio.sleep(1)

    async def until(self, holds: Callable[[Second], bool], within_s: float) -> Second | None:
        """Wait until a look finds what is awaited.

        Returns:
            That look; None if there was none in time.
        """
        deadline = time.monotonic() + within_s
        seen = len(self.seconds)
        while time.monotonic() < deadline:
            for one in self.seconds[seen:]:
                if holds(one):
                    return one
            seen = len(self.seconds)
            await asyncio.sleep(0.2)
        return None

    def since(self, begun: float, ended: float | None = None) -> list[Second]:
        """What was seen in a stretch of time."""
        return [one for one in self.seconds if begun <= one.t and (ended is None or one.t <= ended)]

    async def _look(self) -> None:
        shipped = self._loop.shipped
        try:
            found = await asyncio.to_thread(
                self._loop.api.get, "apps/v1", "Deployment", shipped.service, shipped.namespace
            )
            if found is not None:
                self._asked = int(found["spec"]["replicas"])
        except (httpx.HTTPError, RefusedError):
            pass
        busy = await asyncio.to_thread(self._processor.look)
        heard = self._loop.users.heard[-1]
        self.seconds.append(
            Second(
                t=self.now,
                asked=self._asked,
                ready=self._loop.endpoints.ready,
                users=heard.users,
                failed=heard.failed,
                problem=heard.problem,
                p95_s=heard.p95_s,
                drill_cpu=busy.drill,
                machine_cpu=busy.machine,
            )
        )
