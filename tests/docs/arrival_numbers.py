"""The numbers of what is compared with habits: hangs, vanished traffic, and objectives without events."""

from __future__ import annotations

from alert_rules import arrival, outage, recording
from vitals.model.catalog.fields import seconds
from vitals.model.signals import arrival as arrival_signals
from vitals.model.signals import first_seen
from vitals.model.signals import outage as outage_signals

_NEARLY_NONE = f"fewer than {arrival.NEARLY_NONE:.0%} of the usual"
_STILL = f"for {arrival_signals.STANDS_STILL} at most"
OF_ARRIVAL: dict[str, tuple[str, ...]] = {
    "ServiceHanging": (
        f"{_NEARLY_NONE} ended in {arrival.FAST}, or in {arrival.SLOW} where traffic is low",
        f"the median of the last {arrival_signals.RECENT}",
        _STILL,
        f"known for {arrival_signals.KNOWN}",
        f"at least {arrival.LEAST_MISSING} requests must be usual",
    ),
    "TrafficGone": (
        f"{_NEARLY_NONE} arrived in {arrival.SLOW}",
        f"the median of the last {arrival_signals.RECENT}, at least {arrival.LEAST_USUAL:g} request per second",
        _STILL,
        f"above {arrival.BUSY_THEN} of the usual",
        f"the {arrival_signals.AROUND} around",
    ),
    "NothingRecorded": (f"for {recording.LASTING} the events", f"in flight for {recording.IDLE}"),
}
"""By the name of the alert."""
OF_RECORD_OF_ARRIVAL: tuple[str, ...] = (
    f"younger than {first_seen.YOUNG_S}s",
    f"the median of the last {arrival_signals.RECENT}",
    _STILL,
    _NEARLY_NONE,
    f"at least {arrival.LEAST_USUAL:g} request per second",
    f"(status {outage_signals.CLIENT_LEFT})",
    f"More than {outage.GIVEN_UP_SHARE:.0%} of them, and {outage.LEAST_GIVEN_UP} at least",
    f"needs {arrival.FAST} in which {arrival.LEAST_MISSING} requests are usual; below that {arrival.SLOW}",
    f"fewer than {arrival.LEAST_MISSING} in {arrival.SLOW}",
    f"known after {arrival_signals.KNOWN}",
    f"a median of {seconds(arrival_signals.RECENT) / seconds(arrival_signals.STEP):.0f} points",
    f"four times {seconds(arrival_signals.AROUND) / 300:.0f}",
)
"""What the decision record states."""
