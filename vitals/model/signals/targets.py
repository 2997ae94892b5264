"""Are the processes of a service there at all? Asked of the scrape itself, so it needs nothing from the service."""

from __future__ import annotations

from vitals.model.signals.query import series_of
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit

UP = Signal(
    id="targets.up",
    title="Replicas up",
    question=(
        "What share of the service's replicas answers the scrape? Below 100 %, see which instance is down and why."
    ),
    unit=Unit.RATIO,
    direction=Direction.LOWER_IS_WORSE,
    record="service:up:avg",
    labels=PER_SERVICE,
    group=Group.OUTAGE,
    query=series_of("up").avg_by(PER_SERVICE),
)

SIGNALS = (UP,)
