"""The parts of a request: one that is slow by itself."""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Guard, Threshold
from vitals.model.signals import components

slow = Threshold(
    id="components.time.high",
    name="ComponentSlow",
    signal=components.TIME_P95,
    above="1s",
    lasting="1m",
    severity=Severity.WARNING,
    guard=Guard(components.CALLS, most_alone=25),
    means="One part of the service is slow, and with it every request that passes through it.",
    do="Follow a slow request into its trace; the part's own span says whether it works or waits.",
)

RULES = (slow,)
