"""When will a disk or a volume be full? The recorded free space, its slope, and the time until the slope reaches zero.

A slope over too little data is a guess: after a start the forecast stays away until nearly its whole window is known. A
gap within the window does not matter, for what was written in it shows at its end. Only shrinking space has a
forecast, so most disks have none most of the time.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, select
from vitals.model.signals import trend, volumes
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals.model.signals.system import SPACE_FREE
from vitals_telemetry.contract import Unit

LEAST_FILLED = 0.9
"""The share of a window that must lie between its oldest sample and now before its slope counts."""


def _time_left(free: Signal, window: str, *, kind: str, what: str, level: str, over: str) -> Signal:
    """Seconds until free space is used up.

    Args:
        free: The recorded free space.
        window: What the slope is taken over, a duration.
        kind: The middle of the id: ``disk`` or ``volume``.
        what: What is full then.
        level: The begin of the recorded name, before the slope.
        over: Why there may be no forecast.
    """

    def query(exporter: Service, _: Scrape) -> Expr:
        now = free.select(service=exporter.name)
        slope = call("deriv", select(free.record, {SERVICE: exporter.name}, window=window))
        has_history = trend.history_of(now, window) >= LEAST_FILLED * seconds(window)
        # The comparison keeps shrinking space only, so the quotient is never negative and never a division by zero.
        return now / (-1 * (slope < 0)) & has_history

    return Signal(
        id=f"system.{kind}.time_left_{window}",
        title=f"Time until {kind} full",
        question=f"When will a {what} be full, if it goes on as in the last {window}? The lines are bounds of alerts.",
        unit=Unit.SECONDS,
        direction=Direction.LOWER_IS_WORSE,
        record=f"{level}_time_left_seconds:deriv{window}",
        labels=free.labels,
        group=Group.CAPACITY,
        query=SignalQuery(query),
        without_history=over,
        phrase=f"{kind} full in {{value}}",
    )


def _of_disks(window: str) -> Signal:
    level = "instance_mountpoint:node_filesystem"
    nothing = "no filesystem shrinks, or the window is not known for so long yet"
    return _time_left(SPACE_FREE, window, kind="disk", what="filesystem", level=level, over=nothing)


TIME_LEFT_SOON = _of_disks("1h")
TIME_LEFT = _of_disks("6h")
VOLUME_TIME_LEFT = _time_left(
    volumes.FREE,
    "6h",
    kind="volume",
    what="volume",
    level="persistentvolumeclaim:kubelet_volume",
    over="no volume fills, or the window is not known for so long yet",
)

SIGNALS = (TIME_LEFT_SOON, TIME_LEFT)
OF_KUBELET_VOLUMES = (VOLUME_TIME_LEFT,)
