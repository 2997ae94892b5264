"""Alertmanager about itself: what it received, what it delivered and what failed.

Source: https://github.com/prometheus/alertmanager.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import MOST_FILES, OPEN_FILES, Endpoint, Exporter, build_info, counter, gauge
from vitals_telemetry.contract import Label

_INTEGRATION = Label("integration", "Kind of receiver.", most=30, expected=18)
_RECEIVER = Label("receiver_name", "Which receiver, where pictures follow notifications.", most=200, expected=1)
_REASON = Label("reason", "Why.", most=10, expected=5)

ALERTMANAGER = Exporter(
    name="alertmanager",
    description="The Alertmanager that routes notifications.",
    endpoint=Endpoint(pod_port="web"),
    metrics=(
        build_info("alertmanager"),
        counter("alertmanager_notifications_total", "Notifications tried.", _INTEGRATION, _RECEIVER),
        counter(
            "alertmanager_notifications_failed_total", "Notifications that failed.", _INTEGRATION, _RECEIVER, _REASON
        ),
        gauge(
            "alertmanager_alerts",
            "Alerts that it knows.",
            Label("state", "What becomes of them.", most=3, expected=3, values=("active", "suppressed", "unprocessed")),
        ),
        gauge("alertmanager_config_last_reload_successful", "1 when the newest configuration is in use."),
        OPEN_FILES,
        MOST_FILES,
    ),
    series=510,
)
