"""What is known of one attempt at a Celery task, and which attempts a worker was at when it went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

UNKNOWN = "unknown"
"""The queue of a task whose sending was not heard."""


@dataclass(slots=True)
class CeleryAttempt:
    """One attempt, as far as events tell of it.

    Attributes:
        name: The task's name.
        queue: Its queue; None until its sending is heard.
        ready: When it could be taken.
        worker: Who has it; None for no worker that is known.
        started: When the worker began.
        ended: When it ended.
        outcome: How it ended.
        runtime: How long it took, as the worker says.
        given_up: When it is taken for lost, unless another word comes.
        left: When it is taken for ended without a word.
        lost: Whether it was counted as lost.
    """

    name: str = UNKNOWN
    queue: str | None = None
    ready: float | None = None
    worker: str | None = None
    started: float | None = None
    ended: float | None = None
    outcome: str = ""
    runtime: float | None = None
    given_up: float | None = None
    left: float | None = None
    lost: bool = False

    @property
    def running(self) -> bool:
        """Whether a worker is at it, as far as is known."""
        return self.started is not None and self.ended is None and not self.lost

    def leave(self, at: float) -> None:
        """Take it for ended without a word, unless its end is heard before ``at``."""
        if self.given_up is None and self.left is None:
            self.left = at


def had_by(attempts: Iterable[CeleryAttempt], said: tuple[float, int] | None) -> set[int]:
    """Which attempts (by ``id``) a worker was at when it went: those that it began last, as many as it said it had.

    Args:
        attempts: Those that have reported no end.
        said: When the worker last said how many it had, and how many; None if it never did.
    """
    begun = sorted(attempts, key=lambda attempt: attempt.started or 0.0)
    if said is not None:
        at, number = said
        newer = sum((attempt.started or 0.0) > at for attempt in begun)
        begun = begun[max(0, len(begun) - newer - number) :]
    return {id(attempt) for attempt in begun}
