"""Where a time axis has its ticks and how they are written, by the rules of Grafana; all times are in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor

from vitals.local.draw.text_width import text_px
from vitals.local.draw.window import Window

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS_S: Sequence[int] = (
    1, 5, 10, 15, 30, *(n * _MINUTE for n in (1, 5, 10, 15, 30)), *(n * _HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * _DAY for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15)),
)  # fmt: skip
_SAMPLE_PX = 40
"""The distance by which the form of a label is guessed before its width is known."""
_GAP_PX = 18
_WIDEST = datetime(2000, 8, 8, 8, 8, 8, tzinfo=UTC)
"""A moment of wide digits only."""


@dataclass(frozen=True, slots=True)
class TimeTicks:
    """The labels of a time axis: their unix seconds, and how they are written (``strftime``)."""

    moments: tuple[float, ...]
    form: str

    @property
    def label_px(self) -> float:
        """How wide a label is at most."""
        return text_px(_WIDEST.strftime(self.form))


def time_ticks(window: Window, width_px: float) -> TimeTicks:
    """Choose the moments of an axis that have a label.

    Args:
        window: The stretch of time.
        width_px: The length of the axis.
    """
    length = window.end - window.start
    guess = _form(length * _SAMPLE_PX / max(width_px, 1.0), length)
    room = text_px(datetime.fromtimestamp(window.end, UTC).strftime(guess)) + _GAP_PX
    least = length * room / max(width_px, 1.0)
    step = next((one for one in _STEPS_S if one >= least), _STEPS_S[-1])
    midnight = floor(window.start / _DAY) * _DAY
    first = midnight + ceil((window.start - midnight) / min(step, _DAY)) * min(step, _DAY)
    moments = range(first, floor(window.end) + 1, step)
    return TimeTicks(tuple(map(float, moments)), _form(step, length))


def _form(step_s: float, length_s: float) -> str:
    if step_s <= _MINUTE:
        return "%H:%M:%S"
    if length_s <= _DAY:
        return "%H:%M"
    return "%m/%d %H:%M" if step_s <= _DAY else "%m/%d"
