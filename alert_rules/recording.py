"""An objective whose events are not recorded: its alerts can never fire and its dashboards stay green."""

from __future__ import annotations

from vitals.kit.alerts.alert import Alert, Evidence
from vitals.kit.alerts.summary import summary
from vitals.model.catalog import Environment, Scrape, Service, Slo
from vitals.model.conventions import SERVICE, SLO, Severity
from vitals.model.promql import Expr, call, count_by, max_by, select
from vitals.model.signals import gauge, recorded

NAME = "NothingRecorded"
LASTING = "5m"
"""Longer than a start takes; with the minute of the rates it is known well within a quarter of an hour."""
IDLE = "10m"
"""A service of which no request was in flight for so long, and which counted none yet, is idle: nothing is missing."""


def _idle(service: Service, scrape: Scrape) -> Expr:
    in_flight = select("api_requests_in_flight", {SERVICE: service.name}, window=IDLE)
    waiting = max_by((SERVICE,), call("max_over_time", in_flight)).equals(0)
    counted = call(
        "count_over_time", select("api_calls_total", {SERVICE: service.name}, window=gauge.window(service, scrape))
    )
    return waiting.unless_on((SERVICE,), count_by((SERVICE,), counted))


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
        expr=signal.select(service=name).equals(0).unless_on((SERVICE,), _idle(service, scrape)),
        for_=LASTING,
        summary=summary(f"{name} ({objective.kind})", "{{ $value }} SLO events recorded", "< 1"),
        impact="Its targets are up, but the events of its objective are not among their metrics, so no alert can fire.",
        action="Open the metrics port of one replica and compare the names and labels with the contract.",
        signal=signal,
        labels={SLO: objective.kind},
        evidence=Evidence(window="1m", short="1m"),
        because={
            f"for {LASTING}": (
                "longer than a start takes; with the minute of the rates it is known well within a quarter of an hour"
            ),
            f"unless idle for {IDLE}": (
                "assumed: a service without a request in flight for so long, and without one counted, has no traffic"
            ),
            f"one counted within {gauge.window(service, scrape)}": (
                f"{gauge.SCRAPES} scrapes: two missed in a row make no difference"
            ),
        },
        fires_when=(
            f"no event of the {objective.kind} objective is among the metrics, and the service was not idle "
            f"(no request in flight for {IDLE})"
        ),
    )


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """An alert for each objective of a service."""
    return [_alert(objective, service, environment.scrape) for objective in service.slos]
