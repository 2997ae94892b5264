"""Series that follow a level, as they are scraped: a share in use, a number that should be zero."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

Level = Sequence[float | None]
"""The level at each step; ``None`` from the moment at which its series are gone."""
Samples = Mapping[str, list[str]]
"""Values in promtool's notation by series."""
Following = Callable[[Level, int], Samples]
"""What a level makes of a series, at so many seconds between two samples."""


def staying(level: float | None, seconds: int, step: int) -> Level:
    """The same level at each step."""
    return [level] * (seconds // step)


def creeping(start: float, end: float, seconds: int, step: int) -> Level:
    """A level that goes steadily from one to another."""
    steps = seconds // step
    return [start + (end - start) * n / steps for n in range(steps)]


def gauge(series: str, of_level: Callable[[float], float] = lambda level: level) -> Following:
    """A gauge that follows the level."""
    return lambda levels, _: {series: _tokens([None if level is None else of_level(level) for level in levels])}


def steady(series: str, value: float) -> Following:
    """A gauge that stays where it is, whatever becomes of the level, even when its series are gone."""
    return lambda levels, _: {series: [f"{value:.12g}"] * len(levels)}


def counter(series: str, per_second: Callable[[float], float] = lambda level: level) -> Following:
    """A counter that rises with the level."""

    def samples(levels: Level, step: int) -> Samples:
        total, values = 0.0, list[float | None]()
        for level in levels:
            values.append(None if level is None else total)
            total += 0 if level is None else per_second(level) * step
        return {series: _tokens(values)}

    return samples


def histogram(name: str, labels: str, bounds: Sequence[float], *, per_second: float) -> tuple[Following, ...]:
    """The counters of a histogram whose 95th percentile is the level.

    Most events are below the bucket of the level; so many are in it that a twentieth lies above the level. A level is
    not reached beyond 95 % of the way through its bucket, nor within the first bucket: that holds all events then, and
    the percentile lies at 95 % of the way.

    Args:
        name: Of the histogram, without ``_bucket``.
        labels: As they are written between braces.
        bounds: Upper bounds of its finite buckets, from the lowest.
        per_second: Events per second.
    """

    def within(bound: float) -> Callable[[float], float]:
        def count(level: float) -> float:
            above = next((one for one in bounds if one > level), math.inf)
            below = max((one for one in bounds if one <= level), default=0.0)
            share = min(1.0, 0.05 * (above - below) / (above - level))
            return per_second * (1 if bound >= above else 1 - share)

        return count

    buckets = (counter(f'{name}_bucket{{{labels}, le="{float(bound)!r}"}}', within(bound)) for bound in bounds)
    every = (f'{name}_bucket{{{labels}, le="+Inf"}}', f"{name}_count{{{labels}}}")
    return *buckets, *(counter(series, lambda _: per_second) for series in every)


def _tokens(values: Sequence[float | None]) -> list[str]:
    return ["stale" if value is None else f"{value:.12g}" for value in values]
