"""Series that follow a level, as they are scraped: a share in use, a number that should be zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Level = Sequence[float | None]
"""The level at each step; ``None`` from the moment at which its series are gone."""
Samples = Mapping[str, list[str]]
"""Values in promtool's notation by series."""
Following = Callable[[Level, int], Samples]
"""What a level makes of a series, at so many seconds between two samples."""


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


def _tokens(values: Sequence[float | None]) -> list[str]:
    return ["stale" if value is None else f"{value:.12g}" for value in values]
