"""The range on which a dashboard opens: its own, or from the first sample on while the stack is younger than that.

An hour of emptiness before three minutes of data says nothing, least of all to a user who starts Vitals for the
first time. A range that is chosen is the range that is shown.
"""

import time

from vitals.local.draw.dashboard import DrawnDashboard
from vitals.local.draw.window import choose_window
from vitals.local.portal.prometheus import Prometheus, QueryError
from vitals.local.portal.time_range import parse_moment

SHORTEST_S = 60.0
"""A younger stack opens on this range: a line needs a few points to be one."""
_FIRST_SAMPLE = "min(min_over_time(timestamp(up)[1d:15s]) or timestamp(up))"
"""To fifteen seconds, of whatever was scraped first; no dashboard opens on more than a day.

The points of a subquery stand on multiples of its step: a server of ten seconds may have none, so the newest scrape
stands in for it.
"""


def opens_at(usual: str, first: float | None, now: float) -> str:
    """Return where a range begins.

    Args:
        usual: Where it begins as a rule, such as ``now-1h``.
        first: Unix seconds of the first sample; None while there is none.
        now: Unix seconds.
    """
    if first is None or first <= parse_moment(usual, now):
        return usual
    return f"{min(first, now - SHORTEST_S) * 1000:.0f}"


class Opening:
    """Knows since when there are data; asks Prometheus until it knows, and never again.

    Args:
        prometheus: A server that need not answer yet.
    """

    def __init__(self, prometheus: Prometheus) -> None:
        self._prometheus = prometheus
        self._first: float | None = None

    async def of(self, dashboard: DrawnDashboard, *, real_since: float | None) -> str:
        """Return what stands for ``from`` where the address names none.

        Args:
            dashboard: Whose range it is.
            real_since: The moment before which data are synthetic; they are shown like others.

        Returns:
            The dashboard's own start, or unix milliseconds of the first sample if that is later.
        """
        if real_since is not None:
            return dashboard.time_from
        now = time.time()
        return opens_at(dashboard.time_from, await self._first_sample(now), now)

    async def _first_sample(self, now: float) -> float | None:
        if self._first is None:
            window = choose_window(now - SHORTEST_S, now, width=SHORTEST_S)
            try:
                answer = await self._prometheus.instant(_FIRST_SAMPLE, window)
            except QueryError:  # the panels say that it does not answer
                return None
            self._first = next((float(one["value"][1]) for one in answer["result"]), None)
        return self._first
