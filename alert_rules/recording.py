"""An objective whose events are not recorded: its alerts can never fire and its dashboards stay green."""

from __future__ import annotations

from vitals.kit.alerts.alert import Alert, Evidence
from vitals.kit.alerts.gaps import last_shown
from vitals.kit.alerts.summary import summary
from vitals.model.catalog import Environment, Scrape, Service, Slo
from vitals.model.conventions import SERVICE, SLO, Severity
from vitals.model.promql import Expr, call, count_by, max_by, select
from vitals.model.signals import carries, gauge, recorded, series

NAME = "NothingRecorded"
LASTING = "5m"
"""Longer than a start takes; with the minute of the rates it is known well within a quarter of an hour."""
FIRST_EVENT = "10m"
"""Where a dialect does not say whether requests are in flight: a counter begins with its first event, and a service
that users need has had one by then. With the minute of the rates it is known within a quarter of an hour."""
_IN_FLIGHT = "api_requests_in_flight"
IDLE = "10m"
"""A service of which no request was in flight for so long, and which counted none yet, is idle: nothing is missing."""


def _idle(service: Service, scrape: Scrape) -> Expr:
    def over(function: str, metric: str, window: str) -> Expr:
        return series(service, metric, {}, lambda name, of: call(function, select(name, of, window=window)), whole=True)

    waiting = max_by((SERVICE,), over("max_over_time", _IN_FLIGHT, IDLE)).equals(0)
    # Unlike count_over_time() it leaves a native histogram one, of which the count is asked around it.
    counted = over("last_over_time", "api_calls_total", gauge.window(service, scrape))
    return waiting.unless_on((SERVICE,), count_by((SERVICE,), counted))


def _alert(objective: Slo, service: Service, scrape: Scrape) -> Alert:
    signal = recorded.recorded(objective)
    name = service.name
    missing = signal.select(service=name).equals(0)
    sees_idling = carries(service, _IN_FLIGHT)
    if sees_idling:
        missing = missing.unless_on((SERVICE,), _idle(service, scrape))
    lasting = service.idle_for or (LASTING if sees_idling else FIRST_EVENT)
    return Alert(
        id=f"api.recorded.{objective.kind}",
        name=NAME,
        severity=Severity.CRITICAL,
        service=name,
        owner=service.owner,
        group=f"{name}.{signal.group}",
        expr=missing,
        for_=lasting,
        summary=summary(f"{name} ({objective.kind})", "{{ $value }} SLO events recorded", "< 1"),
        impact="Its targets are up, but the events of its objective are not among their metrics, so no alert can fire.",
        action="Open the metrics port of one replica and compare the names and labels with the contract.",
        signal=signal,
        labels={SLO: objective.kind},
        evidence=Evidence(window="1m", short="1m"),
        because={f"for {lasting}": _why_so_long(service, sees_idling=sees_idling)}
        | (_why_not_idle(service, scrape) if sees_idling else {}),
        fires_when=f"no event of the {objective.kind} objective is among the metrics"
        + (f", and the service was not idle (no request in flight for {IDLE})" if sees_idling else ""),
        last=last_shown(signal.select(service=name), service, scrape),
    )


def _why_so_long(service: Service, *, sees_idling: bool) -> str:
    if service.idle_for:
        return "so long the service may be without a request, by its catalogue entry (`idle_for`)"
    if sees_idling:
        return "longer than a start takes; with the minute of the rates it is known well within a quarter of an hour"
    return (
        "longer than the first request takes to come after a start, where it is not seen whether the service is idle; "
        "one that may be without a request for longer says so (`idle_for`)"
    )


def _why_not_idle(service: Service, scrape: Scrape) -> dict[str, str]:
    return {
        f"unless idle for {IDLE}": (
            "assumed: a service without a request in flight for so long, and without one counted, has no traffic"
        ),
        f"one counted within {gauge.window(service, scrape)}": (
            f"{gauge.SCRAPES} scrapes: two missed in a row make no difference"
        ),
    }


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """An alert for each objective of a service."""
    return [_alert(objective, service, environment.scrape) for objective in service.slos]
