"""The relay that sends pictures after notifications: what it delivered, what failed, what waits.

A channel is one that the environment sends pictures to; ``alertmanager`` stands for calls that the relay refused, so
that no picture followed on any channel. Source: ``vitals/local/relay/health.py``.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Exporter, counter, gauge
from vitals_telemetry.contract import Label

_CHANNEL = Label("channel", "Where it was to go.", most=3, expected=2, values=("slack", "email", "alertmanager"))
_REASON = Label(
    "reason", "Why.", most=10, expected=9,
    values=(
        "no_panel", "no_data", "prometheus", "not_drawn", "too_large", "no_message", "refused", "unreachable",
        "not_allowed", "not_understood",
    ),
)  # fmt: skip

PICTURES = Exporter(
    name="pictures",
    description="The relay that sends the picture of an alert's panel after its notification.",
    metrics=(
        counter("pictures_sent_total", "Pictures delivered.", _CHANNEL),
        counter("pictures_failed_total", "Pictures that did not follow a notification.", _CHANNEL, _REASON),
        counter("pictures_skipped_total", "Notifications of a group that had a picture a moment ago."),
        counter("pictures_dropped_total", "Notifications without a picture because too many waited."),
        gauge("pictures_waiting", "Notifications whose picture is waited for."),
    ),
    series=41,
)
