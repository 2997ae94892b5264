"""Numbers in prose and tables of ours, and Vega's expression for them; panels have ``number_format``."""

import math

from vitals.local.draw.magnitudes import Magnitude, magnitude, magnitudes

_MOST_DIGITS = 7
"""Of a number just below 100: five nines and two digits more; what is closer is rounding error."""
_ROUNDING = 1e-12
"""What is a magnitude but for floating point is one."""


def format_value(value: float, unit: str, decimals: int | None = None) -> str:
    """Write a value for people.

    Args:
        value: In the unit's own measure (seconds for ``s``, a share of 1 for ``percentunit``).
        unit: Grafana's unit id.
        decimals: Fixed number of decimals; None keeps three significant digits.

    Returns:
        For example ``"250 ms"``, ``"99.9%"``, ``"1.5 KiB"``; an en dash for NaN.
    """
    if math.isnan(value):
        return "–"  # noqa: RUF001 the mark for "no number", not a minus
    found = magnitude(value * (1 + _ROUNDING), unit)
    if value == 0:
        return f"{found.prefix}0{found.suffix}"
    scaled = value / found.per
    text = _significant(scaled) if decimals is None else f"{scaled:.{decimals}f}"
    return f"{found.prefix}{text}{found.behind(scaled)}"


def axis_expression(unit: str) -> str:
    """Return a Vega expression that formats ``datum.value`` as ``format_value`` does, with short numbers."""
    *larger, least = magnitudes(unit)
    text = _written(least)
    for one in reversed(larger):
        text = f"abs(datum.value) >= {one.at!r} ? {_written(one)} : {text}"
    zero = magnitude(0, unit)
    return f"datum.value == 0 ? '{_quoted(f'{zero.prefix}0{zero.suffix}')}' : {text}"


def _written(one: Magnitude) -> str:
    number = f"format(datum.value / {one.per!r}, '.4~g')"
    suffix = f"'{_quoted(one.suffix)}'"
    if one.several:
        suffix = f"(abs(datum.value) > {one.per!r} ? '{_quoted(one.several)}' : {suffix})"
    return f"'{_quoted(one.prefix)}' + {number} + {suffix}" if one.prefix else f"{number} + {suffix}"


def _significant(number: float) -> str:
    """Three significant digits without losing whole digits (1234, 99.9, 0.012).

    More only where three would say 100 of what is not: 99.97 keeps its nines, because an objective may lie between.
    """
    size = abs(number)
    if size >= 1000:  # noqa: PLR2004 more than three whole digits
        return f"{number:.0f}"
    digits = 3
    while size < 100 and float(f"{size:.{digits}g}") == 100 and digits < _MOST_DIGITS:  # noqa: PLR2004 the nines
        digits += 1
    text = f"{number:.{digits}g}"
    return f"{float(text):f}".rstrip("0").rstrip(".") if "e" in text and size > 1e-6 else text  # noqa: PLR2004


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
