"""Grafana's unit ids as text: one table gives both Python's formatter and the expression for Vega's axis labels.

Covers the units of the dashboards here (time, bytes, shares, rates, money) and shows a number with the unit's own id
behind it for any other, which is honest if not pretty.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Scale:
    """Magnitudes of a unit, largest first: from ``at`` upwards divide by ``per`` and append ``suffix``."""

    steps: tuple[tuple[float, float, str], ...]


def _prefixed(base: float, suffixes: tuple[str, ...], unit: float = 1.0) -> _Scale:
    steps = [(base**power * unit, base**power * unit, suffix) for power, suffix in enumerate(suffixes)]
    return _Scale(tuple(reversed(steps)))


def _plain(suffix: str, factor: float = 1.0) -> _Scale:
    return _Scale(((0.0, 1 / factor, suffix),))


def _seconds(unit: float) -> _Scale:
    """Return the time scale for values counted in ``unit`` seconds."""
    steps = (
        (86400.0, " d"),
        (3600.0, " h"),
        (60.0, " min"),
        (1.0, " s"),
        (1e-3, " ms"),
        (1e-6, " µs"),
        (1e-9, " ns"),
    )
    return _Scale(tuple((at / unit, at / unit, suffix) for at, suffix in steps))


def _counted(word: str) -> _Scale:
    return _prefixed(1000, tuple(f"{count} {word}" for count in ("", " K", " Mil")))


_COUNTS = ("", " K", " Mil", " Bil", " Tri")
_UNITS: dict[str, _Scale] = {
    "none": _plain(""),
    "short": _prefixed(1000, _COUNTS),
    "percent": _plain("%"),
    "percentunit": _plain("%", 100),
    "s": _seconds(1),
    "ms": _seconds(1e-3),
    "µs": _seconds(1e-6),
    "ns": _seconds(1e-9),
    "bytes": _prefixed(1024, (" B", " KiB", " MiB", " GiB", " TiB", " PiB")),
    "decbytes": _prefixed(1000, (" B", " kB", " MB", " GB", " TB", " PB")),
    "bits": _prefixed(1024, (" b", " Kib", " Mib", " Gib", " Tib")),
    "binBps": _prefixed(1024, (" B/s", " KiB/s", " MiB/s", " GiB/s", " TiB/s")),
    "Bps": _prefixed(1000, (" B/s", " kB/s", " MB/s", " GB/s", " TB/s")),
    "bps": _prefixed(1000, (" b/s", " kb/s", " Mb/s", " Gb/s", " Tb/s")),
    "hertz": _prefixed(1000, (" Hz", " kHz", " MHz", " GHz")),
    "celsius": _plain(" °C"),
    "currencyUSD": _plain(" $"),
    **{
        unit: _counted(word)
        for unit, word in {
            "reqps": "req/s",
            "ops": "ops/s",
            "rps": "rd/s",
            "wps": "wr/s",
            "cps": "c/s",
            "eps": "events/s",
            "mps": "msg/s",
            "iops": "io/s",
            "opm": "ops/min",
            "reqpm": "req/min",
        }.items()
    },
}


def _scale(unit: str) -> _Scale:
    if unit.startswith("count:"):
        return _counted(unit.removeprefix("count:").strip())
    if unit.startswith("suffix:"):
        return _plain(f" {unit.removeprefix('suffix:').strip()}")
    return _UNITS.get(unit) or _plain(f" {unit}" if unit else "")


_MOST_DIGITS = 7
"""Of a number just below 100: five nines and two digits more; what is closer is rounding error."""


MOST_TICKS = 6
"""Steps that an axis has: as many as Vega makes at most when it is asked for four."""
_CLOCK_STEPS_S = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_ROUNDING = 1e-9
"""Of a step: an end that is a tick but for floating point is one."""


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
    if value == 0:
        return f"0{_zero_suffix(unit)}"
    per, suffix = _step(value, unit)
    scaled = value / per
    if decimals is not None:
        return f"{scaled:.{decimals}f}{suffix}"
    return f"{_significant(scaled)}{suffix}"


def axis_expression(unit: str) -> str:
    """Return a Vega expression that formats ``datum.value`` as ``format_value`` does, with short numbers."""
    *larger, (_, per, suffix) = _scale(unit).steps
    text = f"format(datum.value / {per!r}, '.4~g') + '{_quoted(suffix)}'"
    for at, step_per, step_suffix in reversed(larger):
        number = f"format(datum.value / {step_per!r}, '.4~g') + '{_quoted(step_suffix)}'"
        text = f"abs(datum.value) >= {at!r} ? {number} : {text}"
    return f"datum.value == 0 ? '0{_quoted(_zero_suffix(unit))}' : {text}"


def tick_values(low: float, high: float, unit: str) -> list[float] | None:
    """Return where an axis has its ticks, in a unit whose magnitudes are not powers of ten; None for other units.

    Bytes and bits that are counted in 1024 are halved and doubled (16 GiB, 32 GiB), and times above a minute go by
    the clock (5 min, 15 min); a decimal step would be 18.63 GiB or 16.67 min.

    Args:
        low: Lower end of the axis.
        high: Upper end, above ``low``.
        unit: Grafana's unit id.
    """
    steps = _scale(unit).steps
    span = high - low
    if any(per == 1024 for _, per, _ in steps):  # noqa: PLR2004 the base of binary prefixes
        step = 2.0 ** math.ceil(math.log2(span / MOST_TICKS))
    else:
        minute = next((per for _, per, suffix in steps if suffix == " min"), None)
        if minute is None or span < 2 * minute:
            return None
        second = minute / 60
        step = next((one * second for one in _CLOCK_STEPS_S if span / (one * second) <= MOST_TICKS), 0.0)
        step = step or math.ceil(span / MOST_TICKS / (86400 * second)) * 86400 * second
    first, last = math.ceil(low / step - _ROUNDING), math.floor(high / step + _ROUNDING)
    return [number * step for number in range(first, last + 1)]


def _step(value: float, unit: str) -> tuple[float, str]:
    steps = _scale(unit).steps
    size = abs(value) * (1 + 1e-12)
    _, per, suffix = next((step for step in steps if size >= step[0]), steps[-1])
    return per, suffix


def _zero_suffix(unit: str) -> str:
    """Zero has no magnitude: it takes the unit itself (`0 s`, `0 B`), without a prefix."""
    return next((suffix for _, per, suffix in _scale(unit).steps if per == 1), _scale(unit).steps[-1][2])


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
