"""From the moments at which a condition held to the times at which its alert fired, as Prometheus decides it.

The rules are those of Prometheus' alerting rules: an alert is pending from the first evaluation that yields its labels,
fires at the first one that is at least ``for`` later, and one missing evaluation puts a pending alert back to nothing.
A firing one is resolved at the first evaluation without a result, or, with ``keep_firing_for``, at the first one that
is at least so long after the first missing one. Each set of labels is an alert of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

LabelSet: TypeAlias = tuple[tuple[str, str], ...]
"""Labels in the order of their names."""


@dataclass(frozen=True, slots=True)
class FiringInterval:
    """One firing of one set of labels.

    Attributes:
        labels: The labels of its series, without those that the rule sets.
        start: Unix seconds of the evaluation at which it began to fire.
        end: Unix seconds of the evaluation at which it was resolved, or the end of the data.
        ongoing: Whether it still fired at the end.
        began_before: Whether it fired already at the start of the range.
    """

    labels: LabelSet
    start: int
    end: int
    ongoing: bool
    began_before: bool

    @property
    def duration_s(self) -> int:
        """Seconds for which it fired within the range."""
        return self.end - self.start


@dataclass(slots=True)
class _Active:
    active_at: int
    seen: int
    fired_at: int | None = None


class AlertReplay:
    """Replays one alert.

    Args:
        for_s: Seconds for which the condition must hold.
        keep_s: Seconds for which it goes on firing without it.
        step_s: Seconds between two evaluations.
        start: Unix seconds from which firings count; earlier evaluations only bring the state up to it.
    """

    def __init__(self, *, for_s: float, keep_s: float, step_s: int, start: int) -> None:
        self._for_s = for_s
        self._step_s = step_s
        self._start = start
        # The first evaluation whose distance from the first missing one is at least keep_firing_for.
        self._kept_s = -int(-keep_s // step_s) * step_s
        self._active: dict[LabelSet, _Active] = {}
        self._found: list[FiringInterval] = []

    def feed(self, labels: LabelSet, moments: Iterable[int]) -> None:
        """Take the evaluations that yielded a result for these labels, ascending, all later than those before.

        Args:
            labels: The labels of the result.
            moments: Unix seconds, each an evaluation.
        """
        state = self._active.get(labels)
        for now in moments:
            if state is not None and now - state.seen > self._step_s and not self._still_kept(state, now):
                self._close(labels, state)
                state = None
            if state is None:
                state = _Active(now, now)
            state.seen = now
            if state.fired_at is None and now - state.active_at >= self._for_s:
                state.fired_at = now
        if state is not None:
            self._active[labels] = state

    def finish(self, end: int) -> list[FiringInterval]:
        """Return every firing up to the last evaluation, by time."""
        for labels, state in self._active.items():
            if state.fired_at is not None and self._resolved_at(state) > end:
                self._add(labels, state.fired_at, end, ongoing=True)
            else:
                self._close(labels, state)
        self._active.clear()
        return sorted(self._found, key=lambda one: (one.start, one.labels))

    def _resolved_at(self, state: _Active) -> int:
        return state.seen + self._step_s + self._kept_s

    def _still_kept(self, state: _Active, now: int) -> bool:
        """Whether a result comes back before an evaluation without one has resolved the alert."""
        return state.fired_at is not None and now <= self._resolved_at(state) and self._kept_s > 0

    def _close(self, labels: LabelSet, state: _Active) -> None:
        if state.fired_at is not None:
            self._add(labels, state.fired_at, self._resolved_at(state), ongoing=False)

    def _add(self, labels: LabelSet, start: int, end: int, *, ongoing: bool) -> None:
        if end > self._start:
            before = start < self._start
            self._found.append(FiringInterval(labels, max(start, self._start), end, ongoing, before))
