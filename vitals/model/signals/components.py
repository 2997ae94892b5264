"""The component family: which part of a request takes the time?

Parts are timed inside the service, so they say where to look when an endpoint is slow and the database is not.
"""

from __future__ import annotations

from vitals.model.conventions import SERVICE
from vitals.model.signals.measure import NO_EVENTS, mean, p95, rate
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

COMPONENT = (SERVICE, "component")
_TIME = "component_duration_seconds"

CALLS = Signal(
    id="components.calls.component",
    title="Calls by component",
    question="How often does each component of the service run? Several times as often as requests come means a loop.",
    unit=Unit.CALLS_PER_SECOND,
    direction=Direction.NEITHER,
    record="service_component:component_calls:rate5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=rate(f"{_TIME}_count", COMPONENT),
)

BUSY = Signal(
    id="components.time.busy",
    title="Busy time by component",
    question="Which component is at work most? Seconds spent per second; at 2, two requests are in it at any moment.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_component:component_busy:rate5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=rate(f"{_TIME}_sum", COMPONENT),
)

TIME_MEAN = Signal(
    id="components.time.mean",
    title="Mean time by component",
    question="How long does each component take on average?",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_component:component_duration_seconds:mean5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=mean(_TIME, COMPONENT),
    may_be_empty=NO_EVENTS,
)

TIME_P95 = Signal(
    id="components.time.p95",
    title="p95 time by component",
    question="Which component makes slow requests slow? One call in twenty takes longer than this.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="service_component:component_duration_seconds:p95_5m",
    labels=COMPONENT,
    group=Group.COMPONENTS,
    query=p95(_TIME, COMPONENT),
    may_be_empty=NO_EVENTS,
    phrase="p95 component time {value}",
)

SIGNALS = (CALLS, BUSY, TIME_MEAN, TIME_P95)
