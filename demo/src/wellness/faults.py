"""Faults that can be switched on while the platform runs, so that a drill can prove that the watching stack notices.

``API_FAULTS`` and ``WORKER_FAULTS`` are the table: a fault is a name, its parameters and what it does. Some strike
requests under ``/api/`` only, after routing, so a struck request is measured like any other under its own endpoint;
some strike attempts at tasks; the database and the cache ask for theirs. They are switched by the admin server
(``wellness.admin``), which listens on loopback; nothing in a request can reach them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

_LOOK_EVERY_S = 0.2
"""How often a request that hangs looks whether the fault is still on."""
_DRAW = random.SystemRandom().random


class Parameters(BaseModel):
    """Base of all parameters: closed, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NoParameters(Parameters):
    """For a fault that is on or off."""


class ShareParameters(Parameters):
    """How much fails.

    Attributes:
        share: Chance of each request, or attempt at a task, to fail; above 0 and at most 1.
    """

    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class DelayParameters(Parameters):
    """How much slower something becomes.

    Attributes:
        seconds: Added to each request, answer of the database or task; above 0 and at most 30.
    """

    seconds: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)]


_P = TypeVar("_P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Fault(Generic[_P]):
    """One kind of fault.

    Attributes:
        name: Its name in the admin interface.
        means: What it does, for people.
        parameters: The model that its parameters must fit.
        strike: Awaited for each API request, or attempt at a task, while the fault is on; fails or delays it. None
            where the part that suffers asks the switchboard.
        holds: Whether requests wait until the fault is off.
    """

    name: str
    means: str
    parameters: type[_P]
    strike: Callable[[_P], Awaitable[None]] | None = None
    holds: bool = False


async def _outage(_: NoParameters) -> None:
    raise HTTPException(500, "fault injected: outage")


async def _errors(parameters: ShareParameters) -> None:
    if _DRAW() < parameters.share:
        raise HTTPException(500, "fault injected: errors")


async def _fail_task(parameters: ShareParameters) -> None:
    if _DRAW() < parameters.share:
        raise RuntimeError("fault injected: failing-tasks")


async def _delay(parameters: DelayParameters) -> None:
    await asyncio.sleep(parameters.seconds)


def _by_name(*faults: Fault[Any]) -> dict[str, Fault[Any]]:
    return {fault.name: fault for fault in faults}


SLOW_DATABASE = Fault("slow-database", "each answer of the database comes later", DelayParameters)
HANG = Fault("hang", "no API request is answered until the fault is off", NoParameters, holds=True)
UNRECORDED = Fault("unrecorded", "the API's metrics of requests are missing from its scrape", NoParameters)
COLD_CACHE = Fault("cold-cache", "the cache keeps nothing, so every fetch is a miss", NoParameters)

API_FAULTS: dict[str, Fault[Any]] = _by_name(
    Fault("latency", "each API request takes longer", DelayParameters, _delay),
    Fault("errors", "a share of the API requests answers 500", ShareParameters, _errors),
    Fault("outage", "every API request answers 500", NoParameters, _outage),
    HANG,
    SLOW_DATABASE,
    COLD_CACHE,
    UNRECORDED,
)
"""Every fault of the API by name, in the order in which they strike: delays first, so they also hold where requests
fail."""

WORKER_FAULTS: dict[str, Fault[Any]] = _by_name(
    Fault("slow-tasks", "each attempt at a task takes longer, so tasks pile up", DelayParameters, _delay),
    Fault("failing-tasks", "a share of the attempts at tasks fails", ShareParameters, _fail_task),
    SLOW_DATABASE,
)
"""Every fault of the worker by name, in the order in which they strike."""


class UnknownFaultError(LookupError):
    """There is no fault of this name."""


class Switchboard:
    """Which faults are on in this process.

    Args:
        faults: The faults that can be switched.
    """

    def __init__(self, faults: Mapping[str, Fault[Any]]) -> None:
        self._faults = faults
        self._active: dict[str, Parameters] = {}

    def state(self) -> dict[str, Any]:
        """All names, and the parameters of those that are on, ready for JSON."""
        active = {name: parameters.model_dump() for name, parameters in sorted(self._active.items())}
        return {"available": sorted(self._faults), "active": active}

    def switch_on(self, name: str, parameters: bytes) -> None:
        """Switch a fault on, or change its parameters.

        Args:
            name: Name of a fault.
            parameters: A JSON object; empty stands for ``{}``.

        Raises:
            UnknownFaultError: No fault has this name.
            pydantic.ValidationError: The parameters are not valid JSON or do not fit.
        """
        self._active[name] = self._fault(name).parameters.model_validate_json(parameters or b"{}")

    def switch_off(self, name: str) -> None:
        """Switch a fault off; it may be off already.

        Raises:
            UnknownFaultError: No fault has this name.
        """
        self._active.pop(self._fault(name).name, None)

    async def strike(self) -> None:
        """Let every fault that is on have its way with the current request or task.

        Raises:
            HTTPException: A fault fails the request.
            RuntimeError: A fault fails the task.
        """
        for name, fault in self._faults.items():
            if fault.strike is not None and name in self._active:
                await fault.strike(self._active[name])
            while fault.holds and name in self._active:
                await asyncio.sleep(_LOOK_EVERY_S)

    @property
    def database_delay(self) -> float:
        """Seconds by which each answer of the database is to come later."""
        slow = self._active.get(SLOW_DATABASE.name)
        return slow.seconds if isinstance(slow, DelayParameters) else 0.0

    @property
    def cache_is_cold(self) -> bool:
        """Whether the cache is to keep nothing."""
        return COLD_CACHE.name in self._active

    @property
    def requests_are_unrecorded(self) -> bool:
        """Whether the metrics of requests are to be missing."""
        return UNRECORDED.name in self._active

    def _fault(self, name: str) -> Fault[Any]:
        if name not in self._faults:
            raise UnknownFaultError(f"There is no fault {name!r}. Known faults: {', '.join(sorted(self._faults))}.")
        return self._faults[name]
