"""Deploys, alerts and other annotations: the stretches of time in which an annotation's query is not zero."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.dashboard import Annotation, Target
from vitals.local.draw.series import read_result
from vitals.local.draw.template import fill_labels

_GAP_STEPS = 1.5


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
        begun: float | None = None
        last = 0.0
        for time, value in zip(series.times, series.values, strict=True):
            active = not math.isnan(value) and value != 0
            if begun is not None and (not active or time - last > step * _GAP_STEPS):
                events.append(Event(title, text, annotation.color, begun, last))
                begun = None
            if active:
                begun = time if begun is None else begun
                last = time
        if begun is not None:
            events.append(Event(title, text, annotation.color, begun, last))
    return sorted(events, key=lambda event: (event.start, event.title))
