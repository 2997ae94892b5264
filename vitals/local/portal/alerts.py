"""One list of alerts: Prometheus says what is wrong, Alertmanager what it did with it, the receivers who was notified.

An alert that only one of the two servers knows is listed all the same, because that is when people need the list.
Nothing is compared pair by pair: an outage of everything brings a thousand alerts and messages about all of them.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from vitals.http_address import is_http_address
from vitals.local.portal.interfaces import Delivery
from vitals.model.conventions import ALERTNAME, SERVICE, SEVERITY, Severity

_SEVERITIES = tuple(one.value for one in Severity if one is not Severity.NONE)
_EARLIEST_BEFORE_S = 5
_NEWEST_NOTIFICATIONS = 50
"""Deliveries listed with an alert: a day of repeats on three channels, and no more than a page can show."""


@dataclass(frozen=True, slots=True)
class Notification:
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
        value: The rule's value now, None when only Alertmanager knows the alert or it is not finite.
        since: Unix seconds since when it is pending or firing.
        receivers: The receivers that Alertmanager routes it to.
        notifications: The newest deliveries since it began as JSON objects of ``Notification``, oldest first.
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
    notifications: Sequence[Mapping[str, Any]]


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
    handled, messages = _Handled(alertmanager), Messages(deliveries)
    pairs = [(alert, handled.of(alert["labels"])) for alert in prometheus]
    known = {id(other) for _, other in pairs}
    pairs += [(other, other) for other in alertmanager if id(other) not in known]
    listed = [_listed(alert, other, messages) for alert, other in pairs]
    listed.sort(key=lambda alert: (_rank(alert.severity), alert.state == "pending", alert.since, alert.name))
    return [{one.name: getattr(alert, one.name) for one in fields(alert)} for alert in listed]


class _Handled:
    """Alertmanager's alerts, found by the labels of Prometheus', which reach it with external labels added.

    Labels are looked up under the names that the asked alert has; alerts of one rule have the same names, so a lookup
    is made once for each rule.
    """

    def __init__(self, alertmanager: Iterable[Mapping[str, Any]]) -> None:
        self._named: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._by_values: dict[tuple[str, ...], dict[tuple[str, ...], Mapping[str, Any]]] = {}
        for alert in alertmanager:
            self._named[alert["labels"].get(ALERTNAME, "")].append(alert)

    def of(self, labels: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The first alert that has all of these labels."""
        names = tuple(sorted(labels))
        rule = (labels.get(ALERTNAME, ""), *names)
        if rule not in self._by_values:
            found: dict[tuple[str, ...], Mapping[str, Any]] = {}
            for alert in self._named.get(rule[0], ()):
                if all(name in alert["labels"] for name in names):
                    found.setdefault(tuple(alert["labels"][name] for name in names), alert)
            self._by_values[rule] = found
        return self._by_values[rule].get(tuple(labels[name] for name in names))


class Messages:
    """Deliveries by what they are about: the name of an alert, and its service where the channel carries it."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self._about: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        self._of: dict[tuple[str, str], tuple[list[float], list[dict[str, Any]]]] = {}
        for number, delivery in enumerate(deliveries):
            notifications = asdict(Notification(delivery.channel, delivery.receiver, delivery.at, delivery.status))
            for about in {(alert.name, alert.service) for alert in delivery.alerts}:
                self._about[about].append((number, notifications))

    def since(self, name: str, service: str, moment: float) -> list[dict[str, Any]]:
        """The newest deliveries about an alert of a service from a moment on (unix seconds), oldest first."""
        return self.between(name, service, moment, math.inf)

    def between(self, name: str, service: str, begin: float, end: float) -> list[dict[str, Any]]:
        """The newest deliveries about an alert of a service from a moment on and before another, oldest first."""
        if (name, service) not in self._of:
            numbered = {
                number: notifications
                for about in {service, ""}
                for number, notifications in self._about.get((name, about), ())
            }
            ordered = sorted(
                (numbered[number] for number in sorted(numbered)), key=lambda notifications: float(notifications["at"])
            )
            self._of[name, service] = [notifications["at"] for notifications in ordered], ordered
        moments, ordered = self._of[name, service]
        first, last = bisect_left(moments, begin), bisect_left(moments, end)
        return ordered[max(first, last - _NEWEST_NOTIFICATIONS) : last]


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _listed(alert: Mapping[str, Any], handled: Mapping[str, Any] | None, messages: Messages) -> ListedAlert:
    labels = alert["labels"]
    notes = alert.get("annotations") or {}
    status = (handled or {}).get("status") or {}
    state = str(alert.get("state") or "firing")
    since = _seconds(alert.get("activeAt") or alert.get("startsAt"))
    name, service = labels.get(ALERTNAME, ""), labels.get(SERVICE, "")
    return ListedAlert(
        name=name,
        state="suppressed" if status.get("state") == "suppressed" else state,
        severity=labels.get(SEVERITY, ""),
        service=service,
        labels=labels,
        summary=notes.get("summary", ""),
        description=notes.get("description", ""),
        runbook_url=_web_address(notes.get("runbook_url")),
        dashboard_url=_web_address(notes.get("dashboard_url")),
        source_url=_web_address(notes.get("source_url")),
        value=_finite(alert.get("value")),
        since=since,
        receivers=tuple(receiver["name"] for receiver in (handled or {}).get("receivers") or ()),
        notifications=messages.since(name, service, since - _EARLIEST_BEFORE_S),
    )


def _finite(text: str | None) -> float | None:
    """The value as JSON can say it: a division by zero is +Inf or NaN, and the other alerts must be listed."""
    value = float(text) if text is not None else math.nan
    return value if math.isfinite(value) else None


def _seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def _web_address(text: str | None) -> str:
    return text if text and is_http_address(text) else ""
