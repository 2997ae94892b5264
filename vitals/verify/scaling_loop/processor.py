"""How much processor time a drill and its machine use: a loop that starves proves nothing about latency."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

HOST_BOUND_SHARE = 0.75
"""Share of the machine's cores above which a run is host-bound: 150 % of two. Beyond it, requests wait for a processor
as long as they wait for the replica's bound, so more replicas would not help."""
FULL_SHARE = 0.95
"""Share of the machine's cores above which it has nothing left, and the drill waits for what others run."""
_CORES = psutil.cpu_count() or 1


@dataclass(frozen=True)
class Busy:
    """Processor time between two looks, in per cent of one core.

    Attributes:
        drill: Of this process and all that it started.
        machine: Of everything that runs here.
    """

    drill: float
    machine: float


def host_bound_above() -> float:
    """Per cent of one core above which a run is host-bound on this machine."""
    return HOST_BOUND_SHARE * _CORES * 100


def full_above() -> float:
    """Per cent of one core above which this machine is full."""
    return FULL_SHARE * _CORES * 100


class Processor:
    """Looks at how much is used; the first look begins."""

    def __init__(self) -> None:
        self._me = psutil.Process()
        self._spent = self._now()
        self._at = time.monotonic()
        psutil.cpu_percent()

    def look(self) -> Busy:
        """What was used since the look before; what a process used that has ended since then is not known."""
        before, began = self._spent, self._at
        self._spent, self._at = self._now(), time.monotonic()
        used = sum(max(0.0, spent - before.get(pid, 0.0)) for pid, spent in self._spent.items())
        passed = max(self._at - began, 1e-3)
        return Busy(drill=100 * used / passed, machine=psutil.cpu_percent() * _CORES)

    def _now(self) -> dict[int, float]:
        """Seconds that each process of the drill has used."""
        found = {}
        for process in (self._me, *self._me.children(recursive=True)):
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            found[process.pid] = times.user + times.system
        return found
