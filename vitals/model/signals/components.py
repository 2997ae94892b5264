"""The component family: which part of a request takes the time?

Parts are timed inside the service, so they say where to look when an endpoint is slow and the database is not.
"""

from __future__ import annotations

from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

COMPONENT = ("service", "component")
_TIME = "component_duration_seconds"

CALLS = Signal(
    id="components.calls.component",
    title="Calls by component",
    asks="How often does each part of the service run? Several times as often as requests come means a loop.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="service_component:component_calls:rate5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=lambda service, _: rate(f"{_TIME}_count", COMPONENT, service),
)

BUSY = Signal(
    id="components.time.busy",
    title="Where the time goes",
    asks="Which part is at work most? Seconds spent per second, so 2 means that two requests are in it at any moment.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_component:component_busy:rate5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=lambda service, _: rate(f"{_TIME}_sum", COMPONENT, service),
)

TIME_MEAN = Signal(
    id="components.time.mean",
    title="Mean time by component",
    asks="How long does each part take on average?",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_component:component_duration_seconds:mean5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=lambda service, _: mean(_TIME, COMPONENT, service),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="components.time.p95",
    title="p95 time by component",
    asks="Which part makes slow requests slow? One call in twenty takes longer than this.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="service_component:component_duration_seconds:p95_5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=lambda service, _: p95(_TIME, COMPONENT, service),
    may_be_empty=NO_EVENTS,
)

SIGNALS = (CALLS, BUSY, TIME_MEAN, TIME_P95)
