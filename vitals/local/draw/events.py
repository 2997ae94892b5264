"""Deploys, alerts and other annotations: the stretches of time in which an annotation's query is not zero."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.dashboard import Annotation, Target
from vitals.local.draw.series import read_result
from vitals.local.draw.template import fill_labels

GAP_STEPS = 1.5
"""A wider gap between two points ends a stretch."""


@dataclass(frozen=True, slots=True)
class Event:
    """One mark: unix seconds, ``end`` equal to ``start`` for a moment; the colour is one of Grafana's names."""

    title: str
    text: str
    color: str
    start: float
    end: float


def read_events(annotation: Annotation, data: Mapping[str, Any], step: float) -> list[Event]:
    """Turn the answer to an annotation's range query into events.

    Args:
        annotation: Gives title, text and colour.
        data: The ``data`` of the ``query_range`` answer.
        step: Seconds between two points of that answer; a wider gap ends a stretch.

    Returns:
        One event for each stretch of non-zero points in each series, by start.
    """
    events = []
    for series in read_result(Target("A", annotation.expr), data):
        title = fill_labels(annotation.title, series.labels)
        text = fill_labels(annotation.text, series.labels)
        points = zip(series.times, series.values, strict=True)
        events += [Event(title, text, annotation.color, start, end) for start, end in stretches(points, step)]
    return sorted(events, key=lambda event: (event.start, event.title))


def stretches(points: Iterable[tuple[float, float]], step: float) -> list[tuple[float, float]]:
    """Return the unbroken stretches of a series in which it is not zero.

    Args:
        points: Moments and values, oldest first.
        step: Seconds between two of them.

    Returns:
        First and last moment of each, oldest first.
    """
    found: list[tuple[float, float]] = []
    unbroken = False
    for time, value in points:
        active = not math.isnan(value) and value != 0
        if active and unbroken and time - found[-1][1] <= step * GAP_STEPS:
            found[-1] = found[-1][0], time
        elif active:
            found.append((time, time))
        unbroken = active
    return found
