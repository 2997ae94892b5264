"""The history of alerts: each firing with its length and who was notified of it."""

from __future__ import annotations

from typing import Any

from vitals.local.draw.window import Window
from vitals.local.portal.alerts import Messages
from vitals.local.portal.history import past_alerts
from vitals.local.portal.interfaces import DeliveredAlert, Delivery

STEP = 15
WINDOW = Window(start=0.0, end=900.0, step=STEP, latest=900.0)


def _series(name: str, *stretches: tuple[int, int], **labels: str) -> dict[str, Any]:
    times = [at for first, last in stretches for at in range(first, last + 1, STEP)]
    metric = {"__name__": "ALERTS", "alertstate": "firing", "alertname": name, "severity": "critical", **labels}
    return {"metric": metric, "values": [[at, "1"] for at in times]}


def _delivery(at: float, name: str, status: str = "firing") -> Delivery:
    alerts = (DeliveredAlert(name=name, service="api"),)
    return Delivery(
        channel="slack", receiver="#a", at=at, status="resolved" if status == "resolved" else "firing", alerts=alerts
    )


def test_two_firings_of_one_alert_are_two_with_their_own_notifications() -> None:
    """A resolved one after the end belongs to the firing before, one within a step before the next to the next."""
    data = {"result": [_series("Outage", (60, 120), (300, 360), service="api", instance="a:1")]}
    sent = [
        _delivery(65, "Outage"),
        _delivery(140, "Outage", "resolved"),
        _delivery(296, "Outage"),
        _delivery(70, "Other"),
    ]

    second, first = past_alerts(data, WINDOW, Messages(sent), ends_now=True)

    assert [(one.start, one.end) for one in (first, second)] == [(60, 120), (300, 360)]
    assert [one["status"] for one in first.notifications] == ["firing", "resolved"]
    assert [one["at"] for one in second.notifications] == [296]
    assert (first.service, first.severity, first.labels) == ("api", "critical", {"instance": "a:1"})


def test_what_fires_at_the_end_of_a_range_that_ends_now_fires_still() -> None:
    """What came after a range that ended in the past is not known."""
    data = {"result": [_series("Outage", (840, 900), service="api")]}

    assert past_alerts(data, WINDOW, Messages([]), ends_now=True)[0].end is None
    assert past_alerts(data, WINDOW, Messages([]), ends_now=False)[0].end == 900


def test_the_newest_comes_first_and_a_missed_sample_is_no_end() -> None:
    """One step and a half may lie between two samples."""
    gap = _series("Gap", (30, 60), service="api")
    gap["values"] = [[30, "1"], [52, "1"], [67, "1"]]
    data = {"result": [_series("Early", (0, 15), service="api"), gap]}

    found = past_alerts(data, WINDOW, Messages([]), ends_now=True)

    assert [(one.name, one.start, one.end) for one in found] == [("Gap", 30, 67), ("Early", 0, 15)]
