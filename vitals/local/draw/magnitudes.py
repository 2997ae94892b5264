"""By what a number of a unit is divided, and which word then stands beside it: one home for every text and axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vitals.local.draw.unit_table import BINARY, COUNTED, CURRENCY, DECIMAL, FIXED

_SI = ("f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_IEC = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_THOUSANDS = ("", "K", "M", "B", "T")
_SHORT = ("", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept")


@dataclass(frozen=True, slots=True)
class Magnitude:
    """From ``at`` upwards a number is divided by ``per``.

    Attributes:
        at: The least size, in the unit's own measure.
        per: What it is divided by.
        suffix: What stands behind it, with its space.
        prefix: What stands before it.
        several: What stands behind more than one, where that is another word; empty where it is not.
    """

    at: float
    per: float
    suffix: str
    prefix: str = ""
    several: str = ""

    def behind(self, scaled: float) -> str:
        """The word behind a number that was divided."""
        return self.several if self.several and abs(scaled) > 1 else self.suffix


@lru_cache(maxsize=256)
def magnitudes(unit: str) -> tuple[Magnitude, ...]:
    """The magnitudes of a unit, the largest first; an unknown id is a word behind the number.

    Args:
        unit: Grafana's unit id, also ``count:x``, ``suffix:x``, ``prefix:x``, ``si:x`` and ``currency:x``.
    """
    kind, _, word = unit.partition(":")
    if unit in _NAMED:
        return _NAMED[unit]
    if unit in DECIMAL or (kind == "si" and word):
        name, own = DECIMAL[unit] if unit in DECIMAL else _si(word)
        return _scaled(1000, [f" {one}{name}" for one in _SI], _SI.index("") + own)
    if unit in BINARY:
        name, own = BINARY[unit]
        return _scaled(1024, [f" {one}{name}" for one in _IEC], own)
    if unit in COUNTED or (kind == "count" and word):
        return _scaled(1000, [f"{one} {COUNTED.get(unit, word)}" for one in _THOUSANDS])
    if unit in CURRENCY or (kind == "currency" and word):
        sign, behind = CURRENCY.get(unit, (word, False))
        return _scaled(1000, [one + sign * behind for one in _THOUSANDS], prefix="" if behind else sign)
    name = FIXED.get(unit, word if kind in ("suffix", "prefix") else unit)
    before = kind == "prefix"
    return (Magnitude(0.0, 1.0, f" {name}" if name and not before else "", prefix=name if before else ""),)


def magnitude(value: float, unit: str) -> Magnitude:
    """The magnitude of a number; zero has that of the unit itself, without a prefix."""
    found = magnitudes(unit)
    if value == 0:
        return next((one for one in found if one.per == 1), found[-1])
    size = abs(value)
    return next((one for one in found if size >= one.at), found[-1])


def _scaled(factor: float, suffixes: Sequence[str], own: int = 0, prefix: str = "") -> tuple[Magnitude, ...]:
    """Powers of a factor; ``own`` is the place of the unit itself among the suffixes."""
    steps = [
        Magnitude(0.0 if index == 0 else factor ** (index - own), factor ** (index - own), suffix, prefix)
        for index, suffix in enumerate(suffixes)
    ]
    return tuple(reversed(steps))


def _si(word: str) -> tuple[str, int]:
    own = _SI.index(word[0]) - _SI.index("") if len(word) > 1 and word[0] in _SI else 0
    return (word[1:] if own else word), own


_PLACES = 12
"""A thousand nanoseconds are a thousand, and not what dividing two floating-point numbers leaves of it."""


def _times(unit: float, steps: Sequence[tuple[float, float, str]], single: str = "") -> tuple[Magnitude, ...]:
    """Steps of seconds for a unit of so many seconds; ``single`` never takes the form of several."""
    found = [
        Magnitude(
            round(at / unit, _PLACES),
            round(per / unit, _PLACES),
            word,
            several=f"{word}s" if word in _WORDS and word != single else "",
        )
        for at, per, word in steps
    ]
    last = found[-1]
    return (*found[:-1], Magnitude(0.0, last.per, last.suffix, several=last.several))


_WORDS = frozenset({" min", " hour", " day", " week", " year"})
_MIN, _HOUR, _DAY, _WEEK, _YEAR = 60.0, 3600.0, 86400.0, 604800.0, 31536000.0
_SMALL = ((1.0, 1.0, " s"), (1e-3, 1e-3, " ms"), (1e-6, 1e-6, " µs"), (1e-9, 1e-9, " ns"))
_UPTO_HOURS = ((_HOUR, _HOUR, " hour"), (_MIN, _MIN, " min"))
_CIVIL_YEAR = 31556900.0
"""Seconds by which Grafana divides what it counts in seconds from a year of 365 days on."""
_NAMED: dict[str, tuple[Magnitude, ...]] = {
    "short": _scaled(1000, _SHORT),
    "pressurepsi": _scaled(1000, ("psi", "ksi", "Mpsi")),
    "percent": (Magnitude(0.0, 1.0, "%"),),
    "percentunit": (Magnitude(0.0, 0.01, "%"),),
    "s": _times(
        1.0, ((_YEAR, _CIVIL_YEAR, " year"), (_WEEK, _WEEK, " week"), (_DAY, _DAY, " day"), *_UPTO_HOURS, *_SMALL)
    ),
    "ms": _times(1e-3, ((_YEAR, _YEAR, " year"), (_DAY, _DAY, " day"), *_UPTO_HOURS, *_SMALL[:2])),
    "µs": _times(1e-6, _SMALL[:3]),
    "ns": _times(1e-9, ((_DAY, _DAY, " day"), *_UPTO_HOURS, *_SMALL)),
    "m": _times(
        _MIN, ((60 * _WEEK, 525948 * _MIN, " year"), (_WEEK, _WEEK, " week"), (_DAY, _DAY, " day"), *_UPTO_HOURS),
        single=" min",
    ),
    "h": _times(
        _HOUR,
        ((_YEAR, _YEAR, " year"), (_WEEK, _WEEK, " week"), (_DAY, _DAY, " day"), (_HOUR, _HOUR, " hour")),
        single=" hour",
    ),
    "d": _times(_DAY, ((_YEAR, _YEAR, " year"), (_WEEK, _WEEK, " week"), (_DAY, _DAY, " day"))),
}  # fmt: skip
