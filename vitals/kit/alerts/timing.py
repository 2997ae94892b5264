"""What lies between a fault and its notification, read from the intervals, windows and waits that are shipped.

A fault waits for a scrape, for its window, for the evaluation of the rule group, for the ``for`` of the alert and for
the notification group. A drill adds these parts up.
"""

from __future__ import annotations

from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.policy import RoutingPolicy
from vitals.model.catalog.fields import seconds
from vitals.rendered import AlertTiming


def timing(
    alert: Alert, routing: RoutingPolicy, *, looks_back_s: float, scrape: str, takes: str, evaluation: str
) -> AlertTiming:
    """The parts of an alert's way.

    Args:
        alert: The alert.
        routing: How long its notification waits.
        looks_back_s: The longest window that its condition reads, through what is recorded.
        scrape: The interval of the job that it watches.
        takes: The time limit of that scrape.
        evaluation: The interval of its rule group.
    """
    evidence = alert.evidence
    times = routing.times_of(alert.severity)
    return AlertTiming(
        window_s=seconds(evidence.window) if evidence else looks_back_s,
        short_s=seconds(evidence.short) if evidence else looks_back_s,
        least_share=evidence.least_share if evidence else 1.0,
        settles_s=_or_nothing(evidence.settles) if evidence else 0.0,
        scrape_s=seconds(scrape),
        takes_s=seconds(takes),
        evaluation_s=seconds(evaluation),
        for_s=_or_nothing(alert.for_),
        group_wait_s=_or_nothing(times.group_wait),
        group_interval_s=seconds(times.group_interval),
    )


def _or_nothing(duration: str) -> float:
    return 0.0 if duration == "0s" else seconds(duration)
