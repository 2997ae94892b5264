"""What an alert means: its condition and duration, what it says, what its runbook says, and who is notified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from vitals.errors import VitalsError
from vitals.model.conventions import ALERTNAME
from vitals.rendered import AlertEntry, AlertTiming, Rendered, RuleEntry, names
from vitals.verify.mcp_tools.read import ProjectFiles, unknown
from vitals.verify.routing import Answer, answer_as_read, chosen_alerts


class AlertSummary(BaseModel):
    """An alerting rule in a line.

    Attributes:
        name: Its name; several rules may share it.
        severity: Its urgency.
        service: What it is about.
        owner: The team that is notified.
        channels: On which channels.
        summary: What a notification says first, with the values still as templates.
    """

    name: str
    severity: str
    service: str
    owner: str
    channels: list[str]
    summary: str


class AlertRule(AlertSummary):
    """One alerting rule.

    Attributes:
        id: Names it among those that share its name.
        labels: The labels that it sets.
        expr: Its condition in PromQL, with the bound.
        for_: How long the condition must hold, such as ``10m``.
        description: What a notification says next.
        timing: What lies between a fault and its notification, in seconds.
        dashboard_url: Where its link leads; None where it has none.
    """

    id: str
    labels: dict[str, str]
    expr: str
    for_: str
    description: str
    timing: AlertTiming
    dashboard_url: str | None


class ExplainedRules(BaseModel):
    """An alert of a name.

    Attributes:
        name: The name.
        rules: Its rules; one for each service and severity.
        runbook: Markdown: when it fires, why its numbers are what they are, what it means and what to do; empty where
            the alert has none.
    """

    name: str
    rules: list[AlertRule]
    runbook: str


def all_alerts(files: ProjectFiles, service: str, environment: str) -> list[AlertSummary]:
    """Every alerting rule, or those of one service.

    Raises:
        VitalsError: The service has no alert, or the environment cannot be read.
    """
    rendered = files.read(environment)
    rules = _rules(rendered)
    known = {alert.service for alert in rendered.model.alerts}
    if service and service not in known:
        raise unknown("service with alerts", service, known)
    return [
        _summary(alert, _rule_of(alert, rules)) for alert in rendered.model.alerts if service in ("", alert.service)
    ]


def explained_rules(files: ProjectFiles, name: str, environment: str) -> ExplainedRules:
    """Everything of the alert of a name.

    Raises:
        VitalsError: There is no such alert, or the environment cannot be read.
    """
    rendered = files.read(environment)
    rules = _rules(rendered)
    found = [alert for alert in rendered.model.alerts if alert.name == name]
    if not found:
        raise unknown("alert", name, {alert.name for alert in rendered.model.alerts})
    return ExplainedRules(
        name=name,
        rules=[_explained(alert, _rule_of(alert, rules)) for alert in found],
        runbook=files.runbook(name),
    )


def notified(
    files: ProjectFiles, name: str, labels: Mapping[str, str], environment: str, at: datetime | None
) -> list[Answer]:
    """Who is notified of the alerts of a name that have some labels, as the rendered routes are read.

    Raises:
        VitalsError: There is no such alert, no label of that value, or the environment cannot be read.
    """
    rendered = files.read(environment)
    alerts, config = rendered.model.alerts, rendered.parsed(names.ALERTMANAGER)
    return [answer_as_read(config, wanted, alerts, at) for wanted in chosen_alerts(alerts, name, labels)]


_Rules = Mapping[tuple[str, str], list[RuleEntry]]


def _rules(rendered: Rendered) -> _Rules:
    found: dict[tuple[str, str], list[RuleEntry]] = {}
    for group in rendered.groups():
        for rule in group.rules:
            if rule.alert:
                found.setdefault((group.name, rule.alert), []).append(rule)
    return found


def _rule_of(alert: AlertEntry, rules: _Rules) -> RuleEntry:
    """The rule in the files; the model has what they do not say."""
    wanted = {name: value for name, value in alert.all_labels.items() if name != ALERTNAME}
    for rule in rules.get((alert.group, alert.name), ()):
        if all(rule.labels.get(name) == value for name, value in wanted.items()):
            return rule
    raise VitalsError(
        f"The rule files do not have the alert {alert.id} of the group {alert.group}, which the model names. Run "
        "`vitals render`."
    )


def _summary(alert: AlertEntry, rule: RuleEntry) -> AlertSummary:
    return AlertSummary(
        name=alert.name,
        severity=alert.severity,
        service=alert.service,
        owner=alert.owner,
        channels=list(alert.channels),
        summary=rule.annotations.get("summary", ""),
    )


def _explained(alert: AlertEntry, rule: RuleEntry) -> AlertRule:
    return AlertRule(
        **_summary(alert, rule).model_dump(),
        id=alert.id,
        labels=dict(rule.labels),
        expr=rule.expr,
        for_=rule.for_ or "0s",
        description=rule.annotations.get("description", ""),
        timing=alert.timing,
        dashboard_url=rule.annotations.get("dashboard_url"),
    )
