"""Grafana's calculations: what a legend, a stat or a gauge makes of all samples of a series.

They are Grafana's own by id, name and result (its documentation lists them as calculation types); a nightly test holds
them to Grafana's package. Missing samples are NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

Values = Sequence[float]


@dataclass(frozen=True, slots=True)
class Calculation:
    """One of them.

    Attributes:
        name: What a legend calls it; only its first letter is capital there.
        of: The number, from all samples; of those that are there, at least one, unless ``whole``.
        whole: Whether missing samples are looked at, too.
        unit: The unit of the result, where it is not that of the samples.
    """

    name: str
    of: Callable[[Values], float]
    whole: bool = False
    unit: str | None = None


def _growth(values: Values) -> float:
    """All rises added up. After a fall, as of a counter that was reset, the first rise does not count."""
    total, rising = 0.0, True
    for before, now in pairwise(values):
        if now >= before and rising:
            total += now - before
        rising = now >= before
    return total


def _percent(values: Values) -> float:
    first, grown = values[0], values[-1] - values[0]
    if first == 0:
        return math.copysign(math.inf, grown) if grown else math.nan
    return grown / first * 100


def _variance(values: Values) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values)


def _percentile(share: float) -> Callable[[Values], float]:
    """The sample at that share of the way, rounded half up to a whole place."""
    return lambda values: sorted(values)[math.floor((len(values) - 1) * share + 0.5)]


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = (11, 12, 13)


def _ordinal(number: int) -> str:
    return f"{number}{'th' if number in _TEENS else _ENDINGS.get(number % 10, 'th')}"


def _is_none(values: Values) -> float:
    return float(all(map(math.isnan, values)))


CALCULATIONS: dict[str, Calculation] = {
    "lastNotNull": Calculation("Last *", lambda values: values[-1]),
    "last": Calculation("Last", lambda values: values[-1], whole=True),
    "firstNotNull": Calculation("First *", lambda values: values[0]),
    "first": Calculation("First", lambda values: values[0], whole=True),
    "min": Calculation("Min", min),
    "max": Calculation("Max", max),
    "mean": Calculation("Mean", lambda values: math.fsum(values) / len(values)),
    "median": Calculation("Median", median),
    "variance": Calculation("Variance", _variance),
    "stdDev": Calculation("Stddev", lambda values: math.sqrt(_variance(values))),
    "sum": Calculation("Total", math.fsum),
    "count": Calculation("Count", len, unit="none"),
    "countAll": Calculation("Count all", len, whole=True),
    "range": Calculation("Range", lambda values: max(values) - min(values)),
    "delta": Calculation("Delta", _growth),
    "step": Calculation("Step", lambda values: min((b - a for a, b in pairwise(values)), default=math.nan)),
    "diff": Calculation("Difference", lambda values: values[-1] - values[0]),
    "logmin": Calculation(
        "Min (above zero)", lambda values: min((one for one in values if one > 0), default=math.nan)
    ),
    "allIsZero": Calculation("All zeros", lambda values: float(not any(values))),
    "allIsNull": Calculation("All nulls", _is_none, whole=True),
    "changeCount": Calculation("Change count", lambda values: sum(a != b for a, b in pairwise(values)), unit="none"),
    "distinctCount": Calculation("Distinct count", lambda values: len(set(values)), unit="none"),
    "diffperc": Calculation("Difference percent", _percent, unit="percent"),
    **{f"p{n}": Calculation(f"{_ordinal(n)} %", _percentile(n / 100)) for n in range(1, 100)},
}  # fmt: skip
"""By Grafana's id. ``allValues`` and ``uniqueValues`` are none: they list samples and reduce nothing."""
TRUTHS = frozenset({"allIsZero", "allIsNull"})
"""Those that say yes or no, which is written as ``true`` or ``false``."""
_OLD = {"current": "lastNotNull", "avg": "mean", "total": "sum"}
_DEFAULT = "lastNotNull"


def calculation(calc: str) -> Calculation:
    """Find a calculation by its id, or by what Grafana called it once; an unknown one is Grafana's own default."""
    return CALCULATIONS.get(_OLD.get(calc, calc), CALCULATIONS[_DEFAULT])


def reduce(values: Values, calc: str) -> float:
    """Reduce a series to one number with one of Grafana's calculations; NaN when there is no finite value."""
    found = calculation(calc)
    asked = values if found.whole else [value for value in values if not math.isnan(value)]
    return float(found.of(asked)) if asked else math.nan
