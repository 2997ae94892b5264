"""The buckets of a heatmap panel: of a classic histogram taken apart, of each series as it is, or of counted values.

Prometheus counts a bucket of a classic histogram from zero on. A query whose format is ``heatmap`` is taken apart by
Grafana, one by the next lower bound; series of another format are drawn as they are.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vitals.local.draw.dashboard import Panel, parse_duration
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.window import Window

BOUND = "le"
_ROWS, _COLUMNS = 20, 60
"""About how many buckets values are counted into where the panel does not say: each cell is then some pixels wide."""
_MOST_ROWS = 200
"""What a panel may ask for: more are thinner than a pixel, and a number of a file must not fill the memory."""
_LEAST_POWER = 1.1
"""Between two logarithmic buckets; Grafana offers 2 and 10."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One row of a heatmap.

    Attributes:
        name: As its series is called.
        bound: Its upper end in the unit of the axis; None where it has none that is a number.
        step: Seconds that each value stands for.
        values: What is in it, by the unix seconds at which each step ends.
    """

    name: str
    bound: float | None
    step: float
    values: Mapping[float, float]


def buckets_of(panel: Panel, series: Sequence[DrawnSeries], window: Window) -> list[Bucket]:
    """Return the buckets, lowest first; none where no value is a number."""
    if panel.options.get("calculate"):
        return _counted(panel, series, window)
    cumulative = any(target.form == "heatmap" for target in panel.targets)
    sums: dict[str, dict[float, float]] = {}
    for one in series:
        values = sums.setdefault(one.labels.get(BOUND) or one.name, {})
        for time, value in zip(one.times, one.values, strict=True):
            if not math.isnan(value):
                values[time] = values.get(time, 0.0) + value
    rows = [Bucket(name, _number(name), window.step, values) for name, values in sums.items()]
    rows.sort(key=lambda row: math.inf if row.bound is None else row.bound)
    return _apart(rows) if cumulative else rows


def _apart(rows: Sequence[Bucket]) -> list[Bucket]:
    """What is in each bucket and in no lower one; never below zero, as two scrapes that disagree could have it."""
    return [
        *rows[:1],
        *(
            replace(row, values={at: max(0.0, value - below.values.get(at, 0.0)) for at, value in row.values.items()})
            for below, row in pairwise(rows)
        ),
    ]


def _counted(panel: Panel, series: Sequence[DrawnSeries], window: Window) -> list[Bucket]:
    """How many values of any series fall into each bucket of value and time."""
    points = [
        (time, value)
        for one in series
        for time, value in zip(one.times, one.values, strict=True)
        if math.isfinite(value)
    ]
    if not points:
        return []
    asked = panel.options.get("calculation") or {}
    step = _time_step(asked.get("xBuckets") or {}, window)
    bounds = _bounds([value for _, value in points], asked.get("yBuckets") or {})
    found: list[dict[float, float]] = [{} for _ in bounds]
    for time, value in points:
        index = min(bisect_right(bounds, value), len(bounds) - 1)
        until = window.start + (math.floor((time - window.start) / step) + 1) * step
        found[index][until] = found[index].get(until, 0.0) + 1
    return [Bucket(f"{bound:g}", bound, step, values) for bound, values in zip(bounds, found, strict=True)]


def _time_step(asked: Mapping[str, object], window: Window) -> float:
    text = str(asked.get("value") or "")
    count = _number(text)
    if asked.get("mode") == "count" and count:
        return window.duration / max(1.0, count)
    wanted = parse_duration(text) or window.duration / _COLUMNS
    return max(window.step, math.ceil(wanted / window.step) * window.step)


def _bounds(values: Sequence[float], asked: Mapping[str, object]) -> list[float]:
    """The upper ends of the buckets that hold all values, lowest first."""
    low, high = min(values), max(values)
    scale = asked.get("scale")
    if isinstance(scale, Mapping) and scale.get("type") == "log" and high > 0:
        power = max(float(scale.get("log") or 2), _LEAST_POWER)
        last = math.floor(math.log(high, power)) + 1
        first = math.floor(math.log(min(value for value in values if value > 0), power)) + 1
        return [power**number for number in range(max(first, last - _MOST_ROWS + 1), last + 1)]
    wanted = max(0.0, _number(str(asked.get("value") or "")) or 0.0)
    if asked.get("mode") == "size" and wanted and (high - low) / wanted < _MOST_ROWS:
        step = wanted
    else:
        count = min(max(1.0, wanted), _MOST_ROWS) if asked.get("mode") == "count" and wanted else _ROWS
        step = _round((high - low) / count)
    first = math.floor(low / step)
    return [step * (number + 1) for number in range(first, math.floor(high / step) + 1)]


def _round(step: float) -> float:
    """The next larger of 1, 2, 5, 10 ... for a length; 1 for none."""
    if step <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(step))
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= step * (1 - 1e-9))


def _number(text: str) -> float | None:
    """A finite number; None for the bound of the last bucket and for words."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
