"""Which values the y axis of a panel holds, and where it has its ticks: the rules of the chart library of Grafana.

They decide what a reader sees (whether an axis begins at zero, whether a line is pressed flat), so a picture follows
them to the number. They are those of uPlot 1.6, with the settings that Grafana gives it.
"""

import math
from dataclasses import dataclass

_PAD = 0.1
"""Of the range of the values, above and below them."""
_FLAT = 1e-24
_PRECISION = 10
"""Powers of ten between the values and their range beyond which a range is rounding error."""
_NO_VALUES = 100.0
"""What an axis reaches to that has nothing else to go by."""
_EPSILON = 1e-9
_ROOM_PX, _NARROW_ROOM_PX = 30, 15
"""The least distance of two ticks, and that of an axis that is at most ``_LOW_PX`` high."""
_LOW_PX = 150
_FACTORS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class AxisEnds:
    """What a panel says about one end of its axis: a value that it keeps, and one that it holds at least."""

    fixed: float | None = None
    soft: float | None = None

    @property
    def alone(self) -> float | None:
        """The fixed value where it is not only the limit of a soft one."""
        return self.fixed if self.soft is None else None


def value_range(low: float, high: float, bottom: AxisEnds, top: AxisEnds) -> tuple[float, float]:
    """The ends of an axis.

    Args:
        low: The least value that is shown.
        high: The largest.
        bottom: What the panel says about the lower end.
        top: What it says about the upper end.
    """
    low = low if bottom.alone is None else bottom.alone
    high = high if top.alone is None else top.alone
    start, end = _padded(low, high, bottom, top)
    start = start if bottom.alone is None else bottom.alone
    end = end if top.alone is None else top.alone
    if start == end != 0:
        start, end = (2 * start, 0.0) if start < 0 else (0.0, 2 * end)
    return (start, end) if start < end else (0.0, _NO_VALUES)


def _padded(low: float, high: float, bottom: AxisEnds, top: AxisEnds) -> tuple[float, float]:
    delta, largest = high - low, max(abs(low), abs(high))
    if delta < _FLAT or abs(_power(largest) - _power(delta)) > _PRECISION:
        delta = _FLAT if low == 0 or high == 0 else 0.0
    length = delta or largest or 1e3
    step = 10.0 ** math.floor(math.log10(length)) / 10
    pad = _PAD if delta else 1.0  # what is flat and not at zero has as much room again on both sides
    new_low = math.floor((low - length * pad) / step + _EPSILON) * step
    new_high = math.ceil((high + length * pad) / step - _EPSILON) * step
    start = _softened(low, new_low, bottom, down=True)
    end = _softened(high, new_high, top, down=False)
    return (0.0, _NO_VALUES) if start == end == 0 else (start, end)


def _softened(value: float, padded: float, says: AxisEnds, *, down: bool) -> float:
    """The padded end, drawn to a soft one: the panel's own, or zero where padding alone would cross it."""
    sign = 1.0 if down else -1.0
    soft = says.soft if says.soft is not None else 0.0
    if sign * value >= sign * soft and (says.soft is not None or sign * padded <= sign * soft):
        padded = soft
    if says.fixed is None:
        return padded
    return max(says.fixed, padded) if down else min(says.fixed, padded)


def _power(number: float) -> float:
    return math.log10(number) if number > 0 else -math.inf


def tick_step(low: float, high: float, height_px: float, *, binary: bool = False) -> float:
    """The distance between two ticks of a y axis.

    Args:
        low: The lower end of the axis.
        high: The upper end, above ``low``.
        height_px: Its length in pixels.
        binary: Whether the unit is counted in 1024, where steps are powers of two.
    """
    room = _NARROW_ROOM_PX if height_px <= _LOW_PX else _ROOM_PX
    least = (high - low) * room / max(height_px, 1.0)
    if binary:
        return 2.0 ** max(0, math.ceil(math.log2(least) - _EPSILON))
    size = 10.0 ** math.floor(math.log10(least))
    return next(_without_noise(factor * size) for factor in _FACTORS if factor * size >= least * (1 - _EPSILON))


def tick_values(low: float, high: float, step: float) -> list[float]:
    """The multiples of a step from one end of an axis to the other."""
    first, last = math.ceil(low / step - _EPSILON), math.floor(high / step + _EPSILON)
    return [_without_noise(number * step) for number in range(first, last + 1)]


def _without_noise(number: float) -> float:
    """A number as far as floating point knows it, however small: what is left of a difference can be 1e-16."""
    return float(f"{number:.15g}")


def decimals_of(step: float) -> int:
    """How many decimals a step has, as far as six of them: labels of its multiples show as many."""
    text = f"{round(step, 6):.6f}".rstrip("0")
    return len(text.partition(".")[2])
