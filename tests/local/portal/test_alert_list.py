"""The list of alerts joins what Prometheus, Alertmanager and the receivers say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vitals.local.portal.alerts import list_alerts
from vitals.local.portal.interfaces import DeliveredAlert, Delivery

BEGAN = "2026-09-21T12:00:00Z"


def _prometheus(name: str, severity: str = "critical", state: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "severity": severity, **labels},
        "annotations": {
            "summary": "s",
            "runbook_url": "http://127.0.0.1/r",
            "dashboard_url": "javascript:alert(1)",
            "source_url": "data:x",
        },
        "state": state,
        "value": "1e+00",
        "activeAt": BEGAN,
    }


def _delivery(at: float, name: str, service: str = "") -> Delivery:
    alert = DeliveredAlert(name=name, service=service)
    return Delivery(channel="email", receiver="ops@example.org", at=at, status="firing", alerts=(alert,))


def test_worst_first_and_firing_before_pending() -> None:
    """Order: severity, then firing before pending; unknown severities last."""
    alerts = [
        _prometheus("Watchdog", "none"),
        _prometheus("Slow", "warning"),
        _prometheus("Pending", state="pending"),
        _prometheus("Outage"),
    ]
    assert [alert["name"] for alert in list_alerts(alerts, [], [])] == ["Outage", "Pending", "Slow", "Watchdog"]


def test_alertmanager_adds_receivers_and_suppression() -> None:
    """A silenced alert is suppressed though Prometheus calls it firing; one that only Alertmanager has is listed."""
    labels = {"alertname": "Outage", "severity": "critical"}
    silenced = {
        "labels": labels,
        "startsAt": BEGAN,
        "status": {"state": "suppressed"},
        "receivers": [{"name": "page"}],
    }
    resolved = {"labels": {"alertname": "Old"}, "startsAt": BEGAN, "status": {"state": "active"}, "receivers": []}
    outage, old = list_alerts([_prometheus("Outage")], [silenced, resolved], [])
    assert (outage["state"], outage["receivers"], outage["value"]) == ("suppressed", ("page",), 1.0)
    assert (old["name"], old["state"], old["value"]) == ("Old", "firing", None)


@pytest.mark.parametrize("value", ["+Inf", "-Inf", "NaN", "Infinity"])
def test_a_value_that_json_does_not_have_hides_no_alert(value: str) -> None:
    """The whole list would be refused with it; the alert is listed, without its value."""
    (alert,) = list_alerts([{**_prometheus("Outage"), "value": value}], [], [])

    assert (alert["name"], alert["value"]) == ("Outage", None)


def test_notifications_are_those_of_this_alert_since_it_began() -> None:
    """An earlier message, another alert's and another service's do not count; a channel without service does."""
    (alert,) = list_alerts([_prometheus("Outage", service="api")], [], [])
    began = alert["since"]
    deliveries = [
        _delivery(began - 60, "Outage", "api"),
        _delivery(began + 1, "Outage", "api"),
        _delivery(began + 2, "Outage"),
        _delivery(began + 3, "Outage", "worker"),
        _delivery(began + 4, "Slow", "api"),
    ]
    (alert,) = list_alerts([_prometheus("Outage", service="api")], [], deliveries)
    assert [sent["at"] - began for sent in alert["notifications"]] == [1, 2]


def test_only_web_addresses_become_links() -> None:
    """An annotation that is not an http(s) address is dropped."""
    (alert,) = list_alerts([_prometheus("Outage")], [], [])
    assert alert["runbook_url"] == "http://127.0.0.1/r"
    assert (alert["dashboard_url"], alert["source_url"]) == ("", "")


@pytest.mark.parametrize("value", ["+Inf", "-Inf", "NaN"])
def test_a_value_that_is_not_finite_hides_no_alert(value: str) -> None:
    """The list is JSON, which has no such numbers, and holds both alerts."""
    alerts = list_alerts([_prometheus("Outage"), {**_prometheus("Odd"), "value": value}], [], [])

    assert {alert["name"]: alert["value"] for alert in alerts} == {"Outage": 1.0, "Odd": None}
    assert json.loads(json.dumps(alerts, allow_nan=False)) == [
        {**alert, "receivers": list(alert["receivers"])} for alert in alerts
    ]


def test_external_labels_do_not_hide_that_it_is_the_same_alert() -> None:
    """Alertmanager's alert has labels more; one with another value of the same label is another alert."""
    handled = [
        {
            "labels": {"alertname": "Outage", "severity": "critical", "instance": instance, "environment": "local"},
            "startsAt": BEGAN,
            "status": {"state": "active"},
            "receivers": [{"name": f"to-{instance}"}],
        }
        for instance in ("a", "b", "c")
    ]
    alerts = list_alerts([_prometheus("Outage", instance=instance) for instance in "ba"], handled, [])

    assert sorted((alert["labels"]["instance"], alert["receivers"], alert["value"]) for alert in alerts) == [
        ("a", ("to-a",), 1.0),
        ("b", ("to-b",), 1.0),
        ("c", ("to-c",), None),
    ]


def test_a_thousand_alerts_are_joined_without_comparing_each_with_each() -> None:
    """Each has its own receiver and the newest messages about it, however many there are."""
    alerts = [_prometheus("Flood", instance=f"i{number}", service="api") for number in range(1000)]
    handled = [
        {
            "labels": _Counted({**alert["labels"], "environment": "local"}),
            "status": {"state": "active"},
            "receivers": [{"name": alert["labels"]["instance"]}],
        }
        for alert in reversed(alerts)
    ]
    about = tuple(DeliveredAlert(name="Flood", service="api", labels=alert["labels"]) for alert in alerts)
    deliveries = [
        Delivery(channel="slack", receiver="#x", at=1e10 + number, status="firing", alerts=about)
        for number in range(200)
    ]
    _Counted.reads = 0
    listed = list_alerts(alerts, handled, deliveries)

    assert [alert["receivers"] for alert in listed] == [(alert["labels"]["instance"],) for alert in listed]
    assert {tuple(sent["at"] - 1e10 for sent in alert["notifications"]) for alert in listed} == {tuple(range(150, 200))}
    assert 0 < _Counted.reads < 20 * len(alerts)


class _Counted(dict[str, str]):
    """Labels that count how often they are read: a count is the same on every machine, and a time is not."""

    reads = 0

    def __getitem__(self, name: str) -> str:
        _Counted.reads += 1
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        _Counted.reads += 1
        return super().__contains__(name)
