"""How well alarms match labelled events, counted as on-call counts: in pages, not in rows.

Alarms that are less than an hour apart are one episode, because on-call is paged once for them. An event is found when
an alarm falls into its window; an episode that touches no window is a false alarm. Nothing is point-adjusted: an event
counts once, however many of its rows are marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.series import FloatArray

MERGE_SECONDS = 3600.0
"""Alarms closer than this are one episode: what the published counts on this data use."""
PROBATION_SHARE = 0.15
PROBATION_ROWS = 750
"""The first 15 % of a series, at most 750 rows, are not scored: the rule of the benchmark whose windows are read."""
WEEK = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class EventCount:
    """Events and episodes of one or more series.

    Attributes:
        events: Labelled windows.
        hits: Windows with an alarm in them.
        false_alarms: Episodes that touch no window.
        weeks: Length of what was scored.
        delays: Seconds from the begin of a window to its first alarm.
    """

    events: int = 0
    hits: int = 0
    false_alarms: int = 0
    weeks: float = 0.0
    delays: tuple[float, ...] = field(default=())

    def __add__(self, other: EventCount) -> EventCount:
        """Count both."""
        return EventCount(
            self.events + other.events,
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.weeks + other.weeks,
            self.delays + other.delays,
        )

    @property
    def recall(self) -> float:
        """Share of the events that were found."""
        return self.hits / self.events if self.events else 1.0

    @property
    def precision(self) -> float:
        """Hits among hits and false alarms; 1 for a detector that never alarmed."""
        alarms = self.hits + self.false_alarms
        return self.hits / alarms if alarms else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0

    @property
    def false_per_week(self) -> float:
        """False-alarm episodes per series and week."""
        return self.false_alarms / self.weeks if self.weeks else 0.0


def episodes(times: FloatArray, alarms: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Begin and end of each run of alarms, runs less than an hour apart taken together."""
    moments = times[alarms]
    if not len(moments):
        return []
    breaks = np.flatnonzero(np.diff(moments) >= MERGE_SECONDS)
    starts = np.concatenate([moments[:1], moments[breaks + 1]])
    ends = np.concatenate([moments[breaks], moments[-1:]])
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def probation(rows: int) -> int:
    """How many rows at the begin of a series are not scored."""
    return int(min(PROBATION_SHARE * rows, PROBATION_ROWS))


def count_events(
    times: FloatArray, alarms: NDArray[np.bool_], windows: Sequence[tuple[float, float]], *, skip: int | None = None
) -> EventCount:
    """Compare a series' alarms with its labelled windows.

    Args:
        times: Unix seconds, increasing, shape (n,).
        alarms: Whether each row is an alarm.
        windows: Begin and end of each event, inclusive.
        skip: Rows at the begin that are not scored; ``probation`` unless given.
    """
    first = probation(len(times)) if skip is None else skip
    times, alarms = times[first:], alarms[first:]
    if not len(times):
        return EventCount()
    windows = [window for window in windows if window[1] >= times[0]]
    firsts = [_first_alarm(times, alarms, window) for window in windows]
    found = episodes(times, alarms)
    false = sum(1 for start, end in found if not any(start <= last and begin <= end for begin, last in windows))
    return EventCount(
        events=len(windows),
        hits=sum(1 for moment in firsts if moment is not None),
        false_alarms=false,
        weeks=float(times[-1] - times[0]) / WEEK,
        delays=tuple(moment - window[0] for moment, window in zip(firsts, windows, strict=True) if moment is not None),
    )


def _first_alarm(times: FloatArray, alarms: NDArray[np.bool_], window: tuple[float, float]) -> float | None:
    inside = np.flatnonzero(alarms & (times >= window[0]) & (times <= window[1]))
    return float(times[inside[0]]) if len(inside) else None
