"""Response time of the API: a warning long before the latency objective is in danger for everybody."""

from __future__ import annotations

from alert_rules.alert import Alert, Severity
from alert_rules.threshold import Threshold
from vitals.catalog import Environment, Service
from vitals.signals import api

api_latency_high = Threshold(
    id="api.latency.high",
    name="ApiLatencyHigh",
    signal=api.LATENCY_P95,
    above="500ms",
    lasting="1m",
    severity=Severity.WARNING,
    means="One request in twenty is slow enough for people to notice.",
    do="Compare endpoints on the board; follow an exemplar of the slow one into its trace.",
)


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """The latency alerts of a service that serves HTTP."""
    return [api_latency_high.of(service, environment)] if service.api else []
