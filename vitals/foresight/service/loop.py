"""A cycle for each minute."""

from __future__ import annotations

import threading
import time

from vitals.foresight.service.cycle import SETTLE_S, Watcher
from vitals.foresight.service.exposition import Exposition
from vitals.foresight.service.history import STEP_S
from vitals.foresight.service.serve import Alive


def run(watch: Watcher, exposition: Exposition, alive: Alive, stop: threading.Event) -> None:
    """Do a cycle for each minute until ``stop`` is set, then write the state.

    A minute that passes while a cycle still runs has no cycle of its own; its row is in the next.
    """
    while not stop.is_set():
        snapshot = watch.cycle(time.time(), stop.is_set)
        if stop.is_set():
            break
        exposition.snapshot = snapshot
        alive.at = time.monotonic()
        stop.wait(until_next(time.time()))
    watch.save()


def until_next(now: float) -> float:
    """Seconds until the next minute has settled."""
    return STEP_S - (now - SETTLE_S) % STEP_S
