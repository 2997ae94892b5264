"""The text of a number as Grafana writes it in a panel, digit by digit; a nightly test asks Grafana's own package.

Prose and tables of ours use ``units.format_value``, which drops zeros at the end and keeps the nines of a share; what a
picture of a dashboard says must be what the dashboard will say.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial

from vitals.local.draw.magnitudes import magnitude, magnitudes
from vitals.local.draw.unit_table import CURRENCY

_LN10 = math.log(10)
_DIGITS = 3
"""Significant digits of a number that is not whole and has no fixed number of decimals."""
_TRUTHS = {"bool": ("True", "False"), "bool_yes_no": ("Yes", "No"), "bool_on_off": ("On", "Off")}
_LENGTHS_S = {
    "year": 31536000.0, "month": 2592000.0, "week": 604800.0, "day": 86400.0, "hour": 3600.0, "minute": 60.0,
    "second": 1.0, "millisecond": 1e-3,
}  # fmt: skip
_DATES = {
    **dict.fromkeys(
        ("dateTimeAsIso", "dateTimeAsIsoNoDateIfToday", "dateTimeAsSystem", "dateTimeAsLocal", "dateTimeFromNow",
         "dateTimeAsLocalNoDateIfToday"),
        "%Y-%m-%d %H:%M:%S",
    ),
    **dict.fromkeys(("dateTimeAsUS", "dateTimeAsUSNoDateIfToday"), "%m/%d/%Y %-I:%M:%S"),
}  # fmt: skip
"""Dates are in UTC, and whole: what leaves out today, or counts from now, would be another text tomorrow."""


def panel_text(value: float, unit: str, decimals: int | None = None, *, of_step: int | None = None) -> str:
    """Write a number as Grafana does.

    Args:
        value: In the unit's own measure; not NaN.
        unit: Grafana's unit id.
        decimals: As the panel fixes them; None for three significant digits.
        of_step: Of a label of an axis: the decimals that the step between two of them has.

    Returns:
        For example ``"250 ms"``, ``"1.50 mins"``, ``"100.0%"``.
    """
    money = unit in CURRENCY or unit.startswith("currency:")
    on_axis = of_step if decimals is None and not money else None
    if unit == "timeticks":
        value, unit = value / 100, "s"
    if math.isinf(value) and _is_taken_apart(unit):
        return to_fixed(value, None)
    if unit in _WRITTEN:
        if on_axis is None or unit in _KEPT:
            return _WRITTEN[unit](value, decimals)
        return _shortened(_WRITTEN[unit](value, on_axis))
    if unit == "s" and value == 0:
        return "0 s"
    if unit.startswith("bool:"):
        yes, _, no = unit.removeprefix("bool:").partition("/")
        return yes if value else no or "-"
    found = magnitude(value, unit)
    scaled = _divided(abs(value) if money else value, found.per, unit)
    text = to_fixed(scaled, decimals if on_axis is None else on_axis)
    if on_axis is not None:
        text = number_text(float(text))
    sign = "-" if money and value < 0 else ""
    return f"{sign}{found.prefix}{text}{found.behind(scaled)}"


def _is_taken_apart(unit: str) -> bool:
    """Whether a number is divided, or written as digits or parts: of infinity nothing of that is left to say."""
    return unit not in _ENDLESS if unit in _WRITTEN else len(magnitudes(unit)) > 1


def to_fixed(value: float, decimals: int | None) -> str:
    """Write a number with decimals; None for so many that three significant digits are shown."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    count = _decimals(value) if decimals is None else decimals
    if value == 0:
        return f"{0:.{count}f}"
    factor = 10.0**count
    text = number_text(math.floor(value * factor + 0.5) / factor)
    if "e" in text:
        return text
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(count, '0')}" if count > len(rest) else text


def number_text(number: float) -> str:
    """Write a number with the fewest digits that mean it, as JavaScript does."""
    if number == 0:
        return "0"
    if 1e-6 <= abs(number) < 1e21:  # noqa: PLR2004 where JavaScript begins to write exponents
        text = f"{Decimal(repr(number)):f}"
        return text.removesuffix(".0")
    mantissa, _, exponent = repr(number).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def _shortened(text: str) -> str:
    """What is read as a number again, hexadecimal or not, as that number: labels of an axis are."""
    number, past, _ = text.partition(" ago")
    try:
        return number_text(float(int(number, 16)) if number.startswith("0x") else float(number or 0)) + past
    except ValueError:
        return text


def _divided(value: float, per: float, unit: str) -> float:
    """The number in its magnitude. Grafana multiplies fractions of a second and of one, and divides all else.

    The last bit of the result decides whether it is whole, and with that how many decimals it has.
    """
    return value * round(1 / per) if per < 1 and unit in ("s", "percentunit") else value / per


def _decimals(value: float) -> int:
    if value == 0 or value % 1 == 0:
        return 0
    return max(0, _DIGITS - 1 - math.floor(math.log(abs(value)) / _LN10))


def _duration(value: float, decimals: int | None, of: str) -> str:
    if value == 0:
        return f"0 {of}s"
    if value < 0:
        return f"{_duration(-value, decimals, of)} ago"
    rest, parts = value * _LENGTHS_S[of] * 1000, list[str]()
    left = decimals or 0
    for name, length_s in _LENGTHS_S.items():
        if left < 0:
            break
        count = rest / (length_s * 1000)
        if count >= 1 or parts:
            whole = math.floor(count)
            parts.append(f"{whole} {name}{'' if whole == 1 else 's'}")
            rest %= length_s * 1000
            left -= 1
    return ", ".join(parts)


def _clock(value: float, _: int | None, *, days: bool) -> str:
    if value < 0:
        return f"{_clock(-value, None, days=days)} ago"
    found, rest = divmod(value, 86400) if days else (0.0, value)
    text = ":".join(f"{int(one):02d}" for one in (rest // 3600, rest % 3600 // 60, rest % 60))
    return f"{int(found)} d {text}" if found else text


def _stopwatch(value_ms: float, decimals: int | None) -> str:
    """Hours, minutes, seconds and milliseconds; ``decimals`` is how many parts follow the first."""
    whole = math.trunc(value_ms)
    parts = [
        f"{whole // 3600000}h", f"{whole // 60000 % 60:02d}m", f"{whole // 1000 % 60:02d}s", f"{whole % 1000:03d}ms",
    ]  # fmt: skip
    first = next((index for index, least in enumerate((3600000, 60000, 1000)) if value_ms >= least), 3)
    shown = parts[first:]
    return ":".join(shown if decimals is None else shown[: 1 + decimals])


def _truth(value: float, _: int | None, *, words: tuple[str, str]) -> str:
    return words[0] if value else words[1]


def _date(value_ms: float, _: int | None, *, form: str) -> str:
    try:
        at = datetime.fromtimestamp(math.trunc(value_ms) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return "Invalid date"
    return at.strftime(form) + (f" {at.strftime('%p').lower()}" if "%-I" in form else "")


def _hexadecimal(value: float, decimals: int | None, *, before: str = "") -> str:
    number = float(to_fixed(value, decimals))
    rest, whole = math.modf(abs(number))
    digits = ""
    while rest:
        rest, digit = math.modf(rest * 16)
        digits += f"{int(digit):X}"
    return f"{'-' if number < 0 else ''}{before}{int(whole):X}{'.' if digits else ''}{digits}"


def _scientific(value: float, decimals: int | None) -> str:
    number = Decimal(repr(value)).normalize()
    with localcontext(rounding=ROUND_HALF_UP):
        text = f"{number:e}" if decimals is None else f"{number:.{decimals}e}"
    text = text if number else f"{0.0:.{decimals or 0}e}"  # a decimal zero keeps an exponent of its own
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _grouped(value: float, decimals: int | None) -> str:
    most = 3 if decimals is None else decimals
    number = Decimal(repr(value)).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_KEPT = frozenset({*_TRUTHS, *_DATES, "locale", "string"})
"""Of these an axis shows the text as it is."""
_ENDLESS = frozenset({*_TRUTHS, *_DATES})
"""Of these infinity has a text of its own."""
_WRITTEN: dict[str, Callable[[float, int | None], str]] = {
    **{unit: partial(_truth, words=words) for unit, words in _TRUTHS.items()},
    **{unit: partial(_date, form=form) for unit, form in _DATES.items()},
    "string": lambda value, _: number_text(value),
    "locale": _grouped,
    "sci": _scientific,
    "hex": _hexadecimal,
    "hex0x": partial(_hexadecimal, before="0x"),
    "dtdurations": lambda value, decimals: _duration(value, decimals, "second"),
    "dtdurationms": lambda value, decimals: _duration(value, decimals, "millisecond"),
    "dthms": lambda value, decimals: _clock(value, decimals, days=False),
    "dtdhms": lambda value, decimals: _clock(value, decimals, days=True),
    "clockms": _stopwatch,
    "clocks": lambda value, decimals: _stopwatch(value * 1000, decimals),
}
"""Units whose text is not a number with a word beside it."""
