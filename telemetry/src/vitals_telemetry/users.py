"""What users live through: response time by cohort, and who waits longest.

The service says which cohort a request belongs to. The longest waits are ranked by user over a few minutes; the scrape
shows ranks only, and who holds one stands in the log and on spans, as a pseudonym, where the service gave a key.
Holds no lock: the ``ApiTelemetry`` that it is given to has one.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from opentelemetry.trace import Span
from prometheus_client.core import Exemplar

from vitals_telemetry.asgi import Scope
from vitals_telemetry.label_values import label_value
from vitals_telemetry.metrics import OTHER
from vitals_telemetry.metrics.users import (
    COHORT,
    SLOWEST_STEP,
    SLOWEST_USERS,
    SLOWEST_WINDOW,
    USER_RESPONSE_TIME,
)
from vitals_telemetry.overflow import Overflow
from vitals_telemetry.pseudonym import Pseudonyms

SPAN_ATTRIBUTE = "user.hash"
"""Where a span carries the pseudonym, as OpenTelemetry's conventions name it."""

_OVERFLOW = (USER_RESPONSE_TIME.name, COHORT.name)

_logger = logging.getLogger(__name__)


class Slowest(NamedTuple):
    """The longest wait of one user.

    Attributes:
        seconds: How long it was.
        user: The user's pseudonym, or a number that means nothing outside the process.
        trace_id: The trace of that request; empty if it was not kept.
    """

    seconds: float
    user: str
    trace_id: str


class SlowestUsers:
    """The users with the longest waits of a window, exact in bounded memory.

    The window is kept in steps, and of each step the ``most`` users with the longest waits. That is enough: a user of
    the whole window's first ``most`` is among the first of the step of their longest wait.

    Args:
        now: Seconds of a clock that never goes back.
        most: How many users are ranked.

    Attributes:
        floor: A wait that is not longer has no place in the current step, in seconds.
        step_ends: When the current step is over and ``advance`` must be called before anything is admitted.
    """

    __slots__ = ("_current", "_most", "_past", "floor", "step_ends")

    def __init__(self, now: float, most: int = SLOWEST_USERS) -> None:
        self._most = most
        self._past: deque[dict[str, Slowest]] = deque(maxlen=round(SLOWEST_WINDOW / SLOWEST_STEP))
        self._current: dict[str, Slowest] = {}
        self.floor = -1.0
        self.step_ends = now + SLOWEST_STEP

    def admit(self, wait: Slowest) -> None:
        """Take a wait that is longer than ``floor``."""
        known = self._current.get(wait.user)
        if known is not None and known.seconds >= wait.seconds:
            return
        self._current[wait.user] = wait
        if len(self._current) > self._most:
            del self._current[min(self._current.values()).user]
        if len(self._current) == self._most:
            self.floor = min(self._current.values()).seconds

    def advance(self, now: float) -> None:
        """Begin the next step if the current one is over."""
        if now < self.step_ends:
            return
        steps = int((now - self.step_ends) // SLOWEST_STEP) + 1
        self._past.append(self._current)
        self._past.extend({} for _ in range(min(steps - 1, self._past.maxlen or 0)))
        self._current, self.floor = {}, -1.0
        self.step_ends += steps * SLOWEST_STEP

    def ranking(self, now: float) -> list[Slowest]:
        """Return the longest waits at the time ``now``, one per user, the longest first."""
        self.advance(now)
        longest: dict[str, Slowest] = {}
        for step in (*self._past, self._current):
            for user, wait in step.items():
                longest[user] = max(wait, longest.get(user, wait))
        return sorted(longest.values(), reverse=True)[: self._most]


class UserTelemetry:
    """Response time by cohort and the slowest users, for one ``ApiTelemetry``.

    Args:
        cohort_of: The cohort of the user of a request, read from its scope after the application has handled it, such
            as ``member`` or ``guest``; never an id. None leaves the request out. It is asked only where ``user_of``
            named a user. An Enum or number counts under its text, what has none as ``other``. An exception in it is
            logged once.
        pseudonym_key: File with the key for pseudonyms. With it, every recorded server span carries ``user.hash``, and
            the ranking is logged once a minute. None keeps users out of logs and traces altogether.

    Attributes:
        ranking: The slowest users; only what exceeds its ``floor``, or comes after ``step_ends``, need be given to it.

    Raises:
        TelemetryError: The key cannot be used.
    """

    ranking: SlowestUsers

    def __init__(self, *, cohort_of: Callable[[Scope], object], pseudonym_key: Path | None = None) -> None:
        self.cohort_of = cohort_of
        self._pseudonyms = None if pseudonym_key is None else Pseudonyms(pseudonym_key)
        self._cohorts: set[str] = set()

    def begin(self, overflow: Overflow, now: float) -> None:
        """Start to count; called once, by the ``ApiTelemetry``."""
        self._overflow = overflow
        self._overflow[_OVERFLOW] += 0
        self.ranking = SlowestUsers(now)

    def name_in_trace(self, span: Span, user: str) -> None:
        """Write the user's pseudonym on a span that is recorded, if there is a key."""
        if self._pseudonyms is not None and span.is_recording():
            span.set_attribute(SPAN_ATTRIBUTE, self._pseudonyms.of(user))

    def bounded(self, cohort: str) -> str:
        """Return the cohort, or ``other`` for one that comes after the bound, which is counted."""
        cohort = label_value(cohort)
        if cohort not in self._cohorts:
            if cohort == OTHER or len(self._cohorts) >= COHORT.most - len((OTHER,)):
                self._overflow[_OVERFLOW] += 1
                return OTHER
            self._cohorts.add(cohort)
        return cohort

    def rank(self, user: str, seconds: float, now: float, exemplar: Exemplar | None) -> bool:
        """Let a request of a user have its place in the ranking.

        Args:
            user: The user's id; not kept.
            seconds: The response time.
            now: The present time in seconds of the clock that ``begin`` was given.
            exemplar: Leads to the request's trace.

        Returns:
            Whether a step of the ranking is over, so that it should be logged.
        """
        step_is_over = now >= self.ranking.step_ends
        self.ranking.advance(now)
        if seconds > self.ranking.floor:
            name = str(hash(user)) if self._pseudonyms is None else self._pseudonyms.of(user)
            self.ranking.admit(Slowest(seconds, name, "" if exemplar is None else exemplar.labels["trace_id"]))
        return step_is_over

    def log_slowest(self, ranking: list[Slowest]) -> None:
        """Write the ranking to the log, if there is a key for pseudonyms and a user to name."""
        if self._pseudonyms is None or not ranking:
            return
        named = [
            {"rank": rank, "user_hash": wait.user, "seconds": round(wait.seconds, 4), "trace_id": wait.trace_id}
            for rank, wait in enumerate(ranking, start=1)
        ]
        _logger.info("slowest users of the last %.0f s", SLOWEST_WINDOW, extra={"slowest_users": named})
