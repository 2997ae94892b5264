"""The parts of a request: one that is slow by itself."""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, ENOUGH, THOUGHT, Because
from vitals.kit.alerts.threshold import MinimumEvents, Threshold
from vitals.model.conventions import Severity
from vitals.model.signals import components

slow = Threshold(
    id="components.time.high",
    name="ComponentSlow",
    signal=components.TIME_P95,
    above="1s",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=MinimumEvents(components.CALLS, more_than=25),
    impact="One component of the service is slow, and with it every request that passes through it.",
    action="Follow a slow request into its trace; the component's own span says whether it works or waits.",
    because=Because(
        bound=THOUGHT,
        duration=BRIEF,
        events=ENOUGH,
    ),
    no_drill="it follows database-slow, which does not wait for it",
)

RULES = (slow,)
