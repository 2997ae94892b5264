"""What a service reports about its own parts: how long each took within requests and tasks."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics.process import OTHER

COMPONENT_DURATION = Metric(
    name="component_duration_seconds",
    type=MetricType.HISTOGRAM,
    unit=Unit.SECONDS,
    help="Time spent in one part of the service, in seconds, however it ended",
    labels=(Label("component", f"Name of the part; {OTHER!r} beyond the bound.", most=30, expected=2),),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

COMPONENT_METRICS: tuple[Metric, ...] = (COMPONENT_DURATION,)
"""The family."""
