"""Failures planned by a test: which call to a provider goes wrong, and how."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


class PlannedFailureError(Exception):
    """What a provider answers where a test planned it."""


@dataclass
class Hang:
    """A call that does not come back until it is released or the engine cancels.

    Attributes:
        reached: Set once a call hangs here.
        released: Set by the test, or by the engine's cancellation.
    """

    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        """Hang until released, then fail.

        Raises:
            PlannedFailureError: Always: what hung this long did not do what was asked.
        """
        self.reached.set()
        self.released.wait()
        raise PlannedFailureError("the call was cancelled")


@dataclass
class Faults:
    """The failures planned for one provider. Thread-safe, as the engine calls in parallel."""

    _planned: dict[tuple[str, int], tuple[Callable[[], None], bool]] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _hangs: list[Hang] = field(default_factory=list)

    def fail(self, operation: str, nth: int) -> None:
        """Let the nth call from now on of an operation (``create``, ``update``, ``delete``) fail."""
        self._plan(operation, nth, _failing, afterwards=False)

    def hang(self, operation: str, nth: int, *, afterwards: bool = False) -> Hang:
        """Let the nth call from now on hang, before anything is done or, ``afterwards``, once it is."""
        hang = Hang()
        self._hangs.append(hang)
        self._plan(operation, nth, hang, afterwards=afterwards)
        return hang

    def clear(self) -> None:
        """Nothing goes wrong any more; what hangs comes back."""
        with self._lock:
            self._planned.clear()
            self._seen.clear()
        self.cancel()

    def cancel(self) -> None:
        """Release what hangs, as the engine asks when an update is cancelled."""
        for hang in self._hangs:
            hang.released.set()

    def due(self, operation: str) -> tuple[Callable[[], None], Callable[[], None]]:
        """Count a call.

        Returns:
            What to do before and after the work of this call.
        """
        with self._lock:
            self._seen[operation] = self._seen.get(operation, 0) + 1
            action, afterwards = self._planned.pop((operation, self._seen[operation]), (_nothing, False))
        return (_nothing, action) if afterwards else (action, _nothing)

    def _plan(self, operation: str, nth: int, action: Callable[[], None], *, afterwards: bool) -> None:
        with self._lock:
            self._planned[operation, self._seen.get(operation, 0) + nth] = (action, afterwards)


def _failing() -> None:
    raise PlannedFailureError("the service is unavailable (planned by the test)")


def _nothing() -> None:
    """The usual case."""
