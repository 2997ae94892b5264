"""What a drill does to the stack, and how it is undone.

Every injection can be ended at any time, also when its begin was cut short: ending twice, or ending what never began,
does no harm.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from vitals.local.stack.parts.pictures import PICTURES
from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.parts.traffic import TRAFFIC
from vitals.verify.drills.stack_client import StackClient


class NotPossibleHereError(Exception):
    """This machine does not allow what a drill does; the message says why. Nothing has been changed."""


class Injection(Protocol):
    """Something that goes wrong for a while."""

    async def begin(self, stack: StackClient) -> None:
        """Make it go wrong; returns when it does."""

    async def end(self, stack: StackClient) -> None:
        """Put everything back."""


@asynccontextmanager
async def injected(injection: Injection, stack: StackClient) -> AsyncIterator[None]:
    """Something goes wrong as long as this lasts."""
    try:
        await injection.begin(stack)
        yield
    finally:
        await injection.end(stack)


@dataclass(frozen=True)
class DemoFault:
    """A fault of the demo platform, on in the first ``replicas`` of a service, or in all of them when it is None.

    ``parameters`` are as its admin endpoint wants them.
    """

    name: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    service: str = API_JOB
    replicas: int | None = None

    async def begin(self, stack: StackClient) -> None:
        """Switch it on."""
        await stack.switch_on(self.service, self.name, self.parameters, replicas=self.replicas)

    async def end(self, stack: StackClient) -> None:
        """Switch it off."""
        await stack.switch_off(self.service, self.name)


@dataclass(frozen=True)
class FreshReplicas:
    """Replicas of the API that have answered nothing since they started, as after a release and before users come.

    ``quiet_s`` are two scrapes that find nothing, and two seconds more: what fails then, fails for the first time.
    """

    quiet_s: float = 12.0

    async def begin(self, stack: StackClient) -> None:
        """Stop the traffic and restart one replica after the other: both gone at once would be an outage by itself."""
        await stack.control(TRAFFIC, "stop")
        for name in stack.replicas:
            await stack.control(name, "restart")
        await asyncio.sleep(self.quiet_s)

    async def end(self, stack: StackClient) -> None:
        """Start whichever replica a cut-short restart has left stopped, and the traffic."""
        await asyncio.gather(*(stack.control(name, "start") for name in stack.replicas))
        await stack.control(TRAFFIC, "start")


@dataclass(frozen=True)
class FailedBurst:
    """A few requests that all fail, over at once: when the next scrape comes, the service is well again."""

    path: str
    requests: int = 40

    async def begin(self, stack: StackClient) -> None:
        """Send them one after the other while every request fails."""
        await stack.switch_on(API_JOB, "outage", {})
        for _ in range(self.requests):
            await stack.client.get(stack.addresses.api + self.path)
        await self.end(stack)

    async def end(self, stack: StackClient) -> None:
        """Let requests succeed."""
        await stack.switch_off(API_JOB, "outage")


@dataclass(frozen=True)
class ReplicasStopped:
    """Replicas of the API that are gone: the first ``count`` of them, or all of them when it is None."""

    count: int | None = None

    async def begin(self, stack: StackClient) -> None:
        """Stop them at the same time."""
        await asyncio.gather(*(stack.control(name, "stop") for name in stack.replicas[: self.count]))

    async def end(self, stack: StackClient) -> None:
        """Start them."""
        await asyncio.gather(*(stack.control(name, "start") for name in stack.replicas[: self.count]))


@dataclass(frozen=True)
class RollingRestart:
    """Every replica of the API is restarted, one after the other, as a deployment does it."""

    pause_s: float = 5.0

    async def begin(self, stack: StackClient) -> None:
        """Restart them; the next one only when the one before is ready and a pause has passed."""
        for name in stack.replicas:
            await stack.control(name, "restart")
            await asyncio.sleep(self.pause_s)

    async def end(self, stack: StackClient) -> None:
        """Start whichever replica a cut-short restart has left stopped."""
        for name in stack.replicas:
            await stack.control(name, "start")


@dataclass(frozen=True)
class PartRestarted:
    """One part is restarted."""

    name: str

    async def begin(self, stack: StackClient) -> None:
        """Restart it."""
        await stack.control(self.name, "restart")

    async def end(self, stack: StackClient) -> None:
        """Start it, if a cut-short restart has left it stopped."""
        await stack.control(self.name, "start")


@dataclass(frozen=True)
class PartStopped:
    """One part is gone."""

    name: str

    async def begin(self, stack: StackClient) -> None:
        """Stop it."""
        await stack.control(self.name, "stop")

    async def end(self, stack: StackClient) -> None:
        """Start it."""
        await stack.control(self.name, "start")


@dataclass(frozen=True)
class PicturesStopped:
    """The relay of pictures is gone, so that none follows; texts must not notice."""

    async def begin(self, stack: StackClient) -> None:
        """Stop it.

        Raises:
            NotPossibleHereError: The environment sends no pictures.
        """
        if stack.model.pictures is None:
            raise NotPossibleHereError("no picture follows a notification in this environment")
        await stack.control(PICTURES, "stop")

    async def end(self, stack: StackClient) -> None:
        """Start it."""
        if stack.model.pictures is not None:
            await stack.control(PICTURES, "start")
