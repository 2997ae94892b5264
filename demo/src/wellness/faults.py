"""Faults that can be switched on while the platform runs, so that a drill can prove that the watching stack notices.

``FAULTS`` is the table: a fault is a name, its parameters and what it does to a request. Faults strike requests under
``/api/`` only, after routing, so a struck request is measured like any other under its own endpoint. They are switched
by the admin server (``wellness.admin``), which listens on loopback; nothing in a request can reach them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

_DRAW = random.SystemRandom().random


class Parameters(BaseModel):
    """Base of all parameters: closed, and strict about types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OutageParameters(Parameters):
    """An outage has no parameters."""


class ErrorsParameters(Parameters):
    """How many requests fail.

    Attributes:
        share: Chance of each request to fail, above 0 and at most 1.
    """

    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class LatencyParameters(Parameters):
    """How much slower requests become.

    Attributes:
        seconds: Added to each request, above 0 and at most 30.
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
        strike: Awaited for each API request while the fault is on; fails or delays the request.
    """

    name: str
    means: str
    parameters: type[_P]
    strike: Callable[[_P], Awaitable[None]]


async def _outage(_: OutageParameters) -> None:
    raise HTTPException(500, "fault injected: outage")


async def _errors(parameters: ErrorsParameters) -> None:
    if _DRAW() < parameters.share:
        raise HTTPException(500, "fault injected: errors")


async def _latency(parameters: LatencyParameters) -> None:
    await asyncio.sleep(parameters.seconds)


FAULTS: dict[str, Fault[Any]] = {
    fault.name: fault
    for fault in (
        Fault("latency", "each API request takes longer", LatencyParameters, _latency),
        Fault("errors", "a share of the API requests answers 500", ErrorsParameters, _errors),
        Fault("outage", "every API request answers 500", OutageParameters, _outage),
    )
}
"""Every fault by name, in the order in which they strike: delays first, so they also hold where requests fail."""


class UnknownFaultError(LookupError):
    """There is no fault of this name."""


class Switchboard:
    """Which faults are on in this process."""

    def __init__(self) -> None:
        self._active: dict[str, Parameters] = {}

    def state(self) -> dict[str, Any]:
        """All names, and the parameters of those that are on, ready for JSON."""
        active = {name: parameters.model_dump() for name, parameters in sorted(self._active.items())}
        return {"available": sorted(FAULTS), "active": active}

    def switch_on(self, name: str, parameters: bytes) -> None:
        """Switch a fault on, or change its parameters.

        Args:
            name: A name of ``FAULTS``.
            parameters: A JSON object; empty stands for ``{}``.

        Raises:
            UnknownFaultError: No fault has this name.
            pydantic.ValidationError: The parameters are no JSON or do not fit.
        """
        self._active[name] = _fault(name).parameters.model_validate_json(parameters or b"{}")

    def switch_off(self, name: str) -> None:
        """Switch a fault off; it may be off already.

        Raises:
            UnknownFaultError: No fault has this name.
        """
        self._active.pop(_fault(name).name, None)

    async def strike(self) -> None:
        """Let every fault that is on have its way with the current request.

        Raises:
            HTTPException: A fault fails the request.
        """
        for name, fault in FAULTS.items():
            if name in self._active:
                await fault.strike(self._active[name])


def _fault(name: str) -> Fault[Any]:
    if name not in FAULTS:
        raise UnknownFaultError(f"There is no fault {name!r}. Known faults: {', '.join(sorted(FAULTS))}.")
    return FAULTS[name]
