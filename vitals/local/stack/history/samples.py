"""The values of a synthetic past, and how they are written down for promtool.

The same end and span give the same values to the last digit: each series has a random generator of its own that is
seeded with its name. The last value is the level itself, whatever the hour, so that real data go on from there.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from vitals.errors import VitalsError
from vitals.local.stack.history.history_series import HistorySeries
from vitals.local.stack.history.levels import BAD_EVENTS, EVENTS, LEVELS, HealthyLevel, busyness
from vitals.model.conventions import SERVICE, SLO
from vitals.rendered import ServiceEntry

STEP_S = 60
"""Seconds between two samples."""


@dataclass(frozen=True)
class Moments:
    """The minutes of a past.

    Attributes:
        end_s: Unix seconds of the last one, a whole minute.
        span_s: Seconds from the first to the last.
    """

    end_s: int
    span_s: int

    def __iter__(self) -> Iterator[int]:
        """Every minute, oldest first."""
        return iter(range(self.end_s - self.span_s, self.end_s + 1, STEP_S))


def require_levels(series: Sequence[HistorySeries]) -> None:
    """Refuse series without a level for when all is well.

    Raises:
        VitalsError: One has no level.
    """
    for one in series:
        if one.mean_of is None and one.name not in LEVELS:
            raise VitalsError(
                f"Rules read {one.name} over an hour or more, and no level says what its past looks like when all is "
                "well, so no history can be made. Nothing was started. Add its level to "
                "vitals/local/stack/history/levels.py."
            )


def values(one: HistorySeries, services: Mapping[str, ServiceEntry], moments: Moments) -> list[float]:
    """Return the values of one series, minute by minute.

    A mean is that of its original as rules would have recorded it; the first ones are over the minutes that there are.
    """
    if one.mean_of is not None:
        original = values(HistorySeries(one.mean_of, one.labels), services, moments)
        return _trailing_mean(original, round(one.mean_s / STEP_S))
    if one.name == BAD_EVENTS:
        (budget,) = (slo.budget for slo in services[one.labels[SERVICE]].slos if slo.kind == one.labels[SLO])
        share = LEVELS[BAD_EVENTS]
        events = values(HistorySeries(EVENTS, one.labels), services, moments)
        drift = _noise(one, share)
        return [count * budget * share.value * max(0.0, 1 + drift()) for count in events]
    level = LEVELS[one.name]
    drift, at_the_end = _noise(one, level), busyness(moments.end_s)
    return [
        min(level.most, max(0.0, level.value * (1 + level.tide * (busyness(at) - at_the_end) + drift())))
        for at in moments
    ]


def open_metrics(
    series: Sequence[HistorySeries], services: Mapping[str, ServiceEntry], moments: Moments
) -> Iterator[str]:
    """Write series as OpenMetrics text, a line at a time."""
    for one in series:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(one.labels.items()))
        for at, value in zip(moments, values(one, services, moments), strict=True):
            if at % (one.pace_s or STEP_S) == 0:
                yield f"{one.name}{{{labels}}} {value:.6g} {at}\n"
    yield "# EOF\n"


def _noise(one: HistorySeries, level: HealthyLevel) -> Callable[[], float]:
    """Give the noise of a series, a share of its level. Objectives count the same requests, so ``slo`` is left out."""
    labels = sorted((name, value) for name, value in one.labels.items() if name != SLO)
    generator = random.Random(f"{one.name} {labels}")  # noqa: S311  not for secrets: the same on every machine
    return lambda: generator.gauss(0.0, level.noise)


def _trailing_mean(original: Sequence[float], minutes: int) -> list[float]:
    sums = [0.0, *accumulate(original)]
    return [(sums[last] - sums[max(0, last - minutes)]) / min(last, minutes) for last in range(1, len(original) + 1)]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
