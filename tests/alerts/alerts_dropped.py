"""AlertsDropped: within five minutes Prometheus has dropped an alert that no Alertmanager took."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import Derived, RateOf

DROPPED = "prometheus_notifications_dropped_total"
FIVE_MINUTES = 300

CASES = (
    AlertCase(
        id="meta.alerts.dropped_any",
        name="AlertsDropped",
        severity="critical",
        service="prometheus",
        condition=Above(Derived(lambda pace: pace * FIVE_MINUTES, (RateOf(DROPPED, FIVE_MINUTES),)), 0),
        for_=0,
        record="service:alerts_dropped:increase5m",
        scraped=(counter(f'{DROPPED}{{service="prometheus", job="prometheus", instance="p1", alertmanager="a"}}'),),
        low=0,
        under=0,
        high=0.02,
        summary="prometheus: 6 alerts dropped (> 0)",
    ),
)
