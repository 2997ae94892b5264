"""The windows over which the spending of an error budget is judged, for rules, dashboards and the catalogue.

Each window says which share of a 30-day budget may be gone when its alert fires; how many times faster than allowed
the budget was spent until then follows from its length.

Source: Google, The Site Reliability Workbook, chapter 5, table 5-8: 2 % of the budget in an hour and 5 % in six hours
page, 10 % in a day or in three is a ticket; a short window of a twelfth ends the alert soon after its cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vitals.model.catalog.fields import seconds

BUDGET_WINDOW = "30d"
"""The time for which an error budget is given."""


@dataclass(frozen=True, slots=True)
class BurnWindow:
    """A long window that says the budget is really being spent, and a short one that says it still is.

    Attributes:
        budget_share: The share of the whole budget that is gone when the alert fires.
        long: The long window, a duration.
        short: The short window, a duration.
    """

    budget_share: Decimal
    long: str
    short: str

    @property
    def burn(self) -> Decimal:
        """How many times faster than allowed the budget is spent, when it loses its share within the long window."""
        times = Decimal(seconds(BUDGET_WINDOW)) / Decimal(seconds(self.long))
        return (self.budget_share * times).normalize()


FAST = (BurnWindow(Decimal("0.02"), "1h", "5m"), BurnWindow(Decimal("0.05"), "6h", "30m"))
"""Page."""
SLOW = (BurnWindow(Decimal("0.1"), "1d", "2h"), BurnWindow(Decimal("0.1"), "3d", "6h"))
"""Ticket."""
STEEPEST = max(window.burn for window in FAST)
"""The highest burn rate that pages: an objective whose whole traffic cannot burn so fast would never page."""
EVERY = tuple(sorted({window for one in (*FAST, *SLOW) for window in (one.long, one.short)}, key=seconds))
"""Every window of which a burn rate is recorded, shortest first."""
