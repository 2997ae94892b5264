"""One list of alerts: Prometheus says what is wrong, Alertmanager what it did with it, the feeds who was told.

An alert that only one of the two servers knows is listed all the same, because that is when people need the list.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vitals.portal.feeds import Delivery

_SEVERITIES = ("critical", "warning", "info")
_EARLIEST_BEFORE_S = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery of an alert; ``at`` in unix seconds."""

    channel: str
    receiver: str
    at: float
    status: str


@dataclass(frozen=True, slots=True)
class ListedAlert:
    """One alert as the page lists it.

    Attributes:
        name: Its ``alertname``.
        state: ``pending``, ``firing``, or ``suppressed`` (silenced, inhibited or muted in Alertmanager).
        severity: Its ``severity`` label, empty if it has none.
        service: Its ``service`` label, empty if it has none.
        labels: All labels.
        summary: What a person reads first.
        description: More of it.
        runbook_url: Empty unless it is an http(s) address.
        dashboard_url: Empty unless it is an http(s) address.
        source_url: Of the rule; empty unless it is an http(s) address.
        value: The rule's value now; None when only Alertmanager knows the alert, or when it is not finite.
        since: Unix seconds since when it is pending or firing.
        receivers: The receivers that Alertmanager routes it to.
        told: Deliveries since it began, oldest first.
    """

    name: str
    state: str
    severity: str
    service: str
    labels: Mapping[str, str]
    summary: str
    description: str
    runbook_url: str
    dashboard_url: str
    source_url: str
    value: float | None
    since: float
    receivers: tuple[str, ...]
    told: tuple[Told, ...]


def list_alerts(
    prometheus: Sequence[Mapping[str, Any]],
    alertmanager: Sequence[Mapping[str, Any]],
    deliveries: Sequence[Delivery],
) -> list[dict[str, Any]]:
    """Join the three sources.

    Args:
        prometheus: ``/api/v1/alerts`` of Prometheus: labels, annotations, state, value, activeAt.
        alertmanager: ``/api/v2/alerts``: labels, annotations, status, receivers, startsAt.
        deliveries: What the receivers got, oldest first.

    Returns:
        ``ListedAlert`` as JSON objects: worst severity first, firing before pending, oldest first.
    """
    handled = [next((other for other in alertmanager if _is_same(alert, other)), None) for alert in prometheus]
    listed = [_listed(alert, other, deliveries) for alert, other in zip(prometheus, handled, strict=True)]
    listed += [_listed(other, other, deliveries) for other in alertmanager if other not in handled]
    listed.sort(key=lambda alert: (_rank(alert.severity), alert.state == "pending", alert.since, alert.name))
    return [asdict(alert) for alert in listed]


def _is_same(alert: Mapping[str, Any], handled: Mapping[str, Any]) -> bool:
    """Tell whether Alertmanager's alert is Prometheus' one, which reaches it with external labels added."""
    return bool(alert["labels"].items() <= handled["labels"].items())


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _listed(alert: Mapping[str, Any], handled: Mapping[str, Any] | None, deliveries: Sequence[Delivery]) -> ListedAlert:
    labels = alert["labels"]
    notes = alert.get("annotations") or {}
    status = (handled or {}).get("status") or {}
    state = str(alert.get("state") or "firing")
    since = _seconds(alert.get("activeAt") or alert.get("startsAt"))
    value = alert.get("value")
    return ListedAlert(
        name=labels.get("alertname", ""),
        state="suppressed" if status.get("state") == "suppressed" else state,
        severity=labels.get("severity", ""),
        service=labels.get("service", ""),
        labels=labels,
        summary=notes.get("summary", ""),
        description=notes.get("description", ""),
        runbook_url=_web_address(notes.get("runbook_url")),
        dashboard_url=_web_address(notes.get("dashboard_url")),
        source_url=_web_address(notes.get("source_url")),
        value=_finite(value),
        since=since,
        receivers=tuple(receiver["name"] for receiver in (handled or {}).get("receivers") or ()),
        told=tuple(
            Told(delivery.channel, delivery.receiver, delivery.at, delivery.status)
            for delivery in deliveries
            if delivery.at >= since - _EARLIEST_BEFORE_S and _is_about(delivery, labels)
        ),
    )


def _is_about(delivery: Delivery, labels: Mapping[str, str]) -> bool:
    return any(
        told.name == labels.get("alertname") and told.service in {"", labels.get("service", "")}
        for told in delivery.alerts
    )


def _finite(text: object) -> float | None:
    """The value of an alert; None where there is none, or one that JSON does not have (infinity, not a number)."""
    value = float(str(text)) if text is not None else math.nan
    return value if math.isfinite(value) else None


def _seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def _web_address(text: str | None) -> str:
    return text if text and text.startswith(("http://", "https://")) else ""
