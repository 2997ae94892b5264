"""The stretch of time a panel shows and the resolution it is asked in, chosen as Grafana chooses them."""

import math
from dataclasses import dataclass

from vitals.errors import VitalsError

_STEPS_S = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_PIXELS_PER_POINT = 2
_LONGEST_S = 366 * 86400


@dataclass(frozen=True, slots=True)
class Window:
    """The points of a range query, and the moment to which questions without points refer.

    Attributes:
        start: Unix seconds of the first point, a multiple of ``step``.
        end: Unix seconds of the last point, a multiple of ``step``.
        step: Seconds between two points.
        latest: Unix seconds of the range's real end, up to one step after ``end``; instant queries ask for it, so
            that a number is as fresh on a long range as on a short one.
    """

    start: float
    end: float
    step: int
    latest: float

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    def rate_interval(self, scrape_interval_s: float) -> int:
        """Return ``$__rate_interval`` in seconds: at least four scrapes, and no gap between points."""
        return math.ceil(max(self.step + scrape_interval_s, 4 * scrape_interval_s))


def choose_window(start: float, end: float, *, width: float, min_step_s: float = 5) -> Window:
    """Choose the resolution for a panel.

    Args:
        start: Unix seconds.
        end: Unix seconds, later than ``start``.
        width: Width of the panel in pixels; there will be about one point for every two of them.
        min_step_s: No finer than this, because the data is not.

    Returns:
        The window with both ends moved down to a multiple of its step, so that points stay where they are from
        one refresh to the next.

    Raises:
        VitalsError: The range is empty, backwards or longer than a year.
    """
    if not 0 < end - start <= _LONGEST_S:
        raise VitalsError(
            f"The time range from {start:.0f} to {end:.0f} (unix seconds) is empty or longer than a year, so there "
            "is nothing to draw. Choose a start before the end, for example from=now-1h and to=now."
        )
    wanted = max((end - start) / max(width / _PIXELS_PER_POINT, 20), min_step_s)
    step = next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
    return Window(math.floor(start / step) * step, math.floor(end / step) * step, step, math.floor(end))
