"""Keeps ``state.json`` in step with what runs, and remembers what went wrong.

Writing it can fail (full disk) and must never stop anything: the older file stays whole, the reason is shown by the
portal at once and written as soon as there is room again.
"""

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from vitals.local.portal.interfaces import PartHealth
from vitals.local.processes.record import PartRecord
from vitals.local.stack.state import Addresses, Heartbeat, StackState

RECENT_S = 60.0
_MOST = 20


class Journal:
    """The state of one run.

    Args:
        path: Where ``state.json`` is.
        state: What is known at the start; its parts and problems are replaced at every save.
    """

    def __init__(self, path: Path, state: StackState) -> None:
        self._path = path
        self._state = state
        self._problems: deque[tuple[float, str]] = deque(maxlen=_MOST)

    @property
    def state(self) -> StackState:
        """What was saved last, or tried to be."""
        return self._state

    def problem(self, text: str) -> None:
        """Remember something that could not be done; the same one again only renews its time."""
        kept = [(at, known) for at, known in self._problems if known != text]
        self._problems = deque([*kept, (time.time(), text)], maxlen=_MOST)

    def solved(self, text: str) -> None:
        """Forget a problem that is none any more."""
        self._problems = deque([(at, known) for at, known in self._problems if known != text], maxlen=_MOST)

    def has_data(self) -> None:
        """Note that the first dashboard has data; later calls change nothing."""
        if self._state.first_data_after_s is None:
            seconds = round(time.time() - self._state.started_at, 1)
            self._state = self._state.model_copy(update={"first_data_after_s": seconds})

    def knows(self, addresses: Addresses) -> None:
        """Note where the stack listens."""
        self._state = self._state.model_copy(update={"addresses": addresses})

    def save(self, parts: Sequence[PartRecord], heartbeat: Heartbeat | None = None) -> None:
        """Write ``state.json``; a failure becomes a problem."""
        problems = tuple(text for _, text in self._problems)
        self._state = self._state.model_copy(
            update={"parts": tuple(parts), "heartbeat": heartbeat, "problems": problems}
        )
        try:
            self._state.save(self._path)
        except OSError as error:
            self.problem(f"{self._path} could not be written: {error.strerror}")

    def health(self) -> PartHealth:
        """The supervisor itself as a part: failing for a while after each problem."""
        at, text = self._problems[-1] if self._problems else (self._state.started_at, "")
        failing = bool(text) and time.time() - at < RECENT_S
        return PartHealth(
            name="supervisor",
            state="failing" if failing else "healthy",
            detail=text if failing else "",
            pid=self._state.supervisor.pid,
            since=at,
        )

    def remove(self) -> None:
        """Remove ``state.json``: nothing runs any more."""
        self._path.unlink(missing_ok=True)
