"""An objective whose events are not recorded: its alerts can never fire and its boards stay green."""

from __future__ import annotations

from vitals.kit.alerts.alert import Alert, Evidence, Severity
from vitals.model.catalog import Environment, Scrape, Service, Slo
from vitals.model.promql import Expr, call, count_by, max_by, select
from vitals.model.signals import gauge, recorded

NAME = "NothingRecorded"
LASTING = "5m"
"""Longer than a start takes; with the minute of the rates it is known well within a quarter of an hour."""
IDLE = "10m"
"""A service of which no request was in flight for so long, and which counted none yet, is idle: nothing is missing."""


def _idle(service: Service, scrape: Scrape) -> Expr:
    in_flight = select("api_requests_in_flight", {"service": service.name}, window=IDLE)
    waiting = max_by(("service",), call("max_over_time", in_flight)).equals(0)
    counted = call(
        "count_over_time", select("api_calls_total", {"service": service.name}, window=gauge.window(service, scrape))
    )
    return waiting.unless_on(("service",), count_by(("service",), counted))


def _alert(objective: Slo, service: Service, scrape: Scrape) -> Alert:
    signal = recorded.recorded(objective)
    name = service.name
    return Alert(
        id=f"api.recorded.{objective.kind}",
        name=NAME,
        severity=Severity.CRITICAL,
        service=name,
        owner=service.owner,
        group=f"{name}.{signal.group}",
        expr=signal.read(service=name).equals(0).unless_on(("service",), _idle(service, scrape)),
        lasting=LASTING,
        summary=f"{name} ({objective.kind}): {{{{ $value }}}} of the objective's events recorded (< 1)",
        means="Its targets are up, but the events of its objective are not among their metrics, so no alert can fire.",
        do="Open the metrics port of one replica and compare the names and labels with the contract.",
        signal=signal,
        labels={"slo": objective.kind},
        evidence=Evidence(window="1m", short="1m"),
    )


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """An alert for each objective of a service."""
    return [_alert(objective, service, environment.scrape) for objective in service.slos]
