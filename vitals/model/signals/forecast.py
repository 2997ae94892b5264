"""When will a disk be full? The recorded free space, its slope, and the time until the slope reaches zero.

A slope over too little data is a guess: after a start the forecast stays away until nearly its whole window is known. A
gap within the window does not matter, for what was written in it shows at its end. Only shrinking space has a
forecast, so most disks have none most of the time.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, select
from vitals.model.signals import trend
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals.model.signals.system import FILESYSTEM, SPACE_FREE
from vitals_telemetry.contract import Unit

LEAST_FILLED = 0.9
"""The share of a window that must lie between its oldest sample and now before its slope counts."""
_NOTHING = "no filesystem shrinks, or the window is not known for so long yet"


def _time_left(window: str) -> Signal:
    def query(exporter: Service, _: Scrape) -> Expr:
        free = SPACE_FREE.select(service=exporter.name)
        slope = call("deriv", select(SPACE_FREE.record, {SERVICE: exporter.name}, window=window))
        has_history = trend.history_of(free, window) >= LEAST_FILLED * seconds(window)
        # The comparison keeps shrinking space only, so the quotient is never negative and never a division by zero.
        return free / (-1 * (slope < 0)) & has_history

    return Signal(
        id=f"system.disk.time_left_{window}",
        title="Time until disk full",
        question=(
            f"When will a filesystem be full, if it goes on as in the last {window}? The lines are bounds of alerts."
        ),
        unit=Unit.SECONDS,
        direction=Direction.LOWER_IS_WORSE,
        record=f"instance_mountpoint:node_filesystem_time_left_seconds:deriv{window}",
        labels=FILESYSTEM,
        group=Group.CAPACITY,
        query=SignalQuery(query),
        without_history=_NOTHING,
        phrase="disk full in {value}",
    )


TIME_LEFT_SOON = _time_left("1h")
TIME_LEFT = _time_left("6h")

SIGNALS = (TIME_LEFT_SOON, TIME_LEFT)
