"""Are the processes of a service there at all? Asked of the scrape itself, so it needs nothing from the service."""

from __future__ import annotations

from vitals.model.promql import avg_by, select
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

UP = Signal(
    id="targets.up",
    title="Replicas that answer",
    asks="What share of the service's replicas answers the scrape? Below 100 %, see which instance is down and why.",
    unit=Unit.RATIO,
    worse=Direction.LOWER_IS_WORSE,
    record="service:up:avg",
    labels=("service",),
    group=Group.OUTAGE,
    query=lambda service, _: avg_by(("service",), select("up", {"service": service.name})),
)

SIGNALS = (UP,)
