"""Is the monitoring itself alive? The Watchdog always fires; TargetDown tells of a replica that cannot be scraped."""

from __future__ import annotations

from collections.abc import Sequence

from alert_rules.alert import Alert, Severity
from vitals.catalog import Environment, Service
from vitals.promql import call, select
from vitals.signals import Signal, targets

GROUP = "vitals.meta"


def watchdog(environment: Environment) -> Alert:
    """An alert that always fires: whoever misses it knows that the chain of notifications is broken."""
    return Alert(
        id="meta.watchdog",
        name="Watchdog",
        severity=Severity.NONE,
        service="vitals",
        owner=environment.operators,
        group=GROUP,
        expr=call("vector", 1),
        summary="The chain of notifications works (value {{ $value }})",
        means="Nothing is wrong; this alert always fires, and its absence means that no alert gets through.",
        do="If it is missing, look at Prometheus, then at Alertmanager.",
    )


def target_down(job: str, owner: str, signal: Signal | None) -> Alert:
    """A target of a job that has not answered for a minute; one lost replica of several warns, it never pages."""
    return Alert(
        id="meta.target_down",
        name="TargetDown",
        severity=Severity.WARNING,
        service=job,
        owner=owner,
        group=GROUP,
        expr=select("up", {"service": job}).equals(0),
        lasting="1m",
        summary=f"{{{{ $labels.instance }}}} of {job} does not answer its scrape (up is {{{{ $value }}}})",
        means="One target cannot be scraped, because a replica is lost, or hangs, or the network is cut.",
        do="Open the instance's log; if it runs, ask its metrics port by hand.",
        signal=signal,
    )


def alerts(services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
    """Watchdog, and one TargetDown for each service and exporter of an environment."""
    return (
        watchdog(environment),
        *(target_down(service.name, service.owner, targets.UP) for service in services),
        *(target_down(exporter, environment.operators, None) for exporter in environment.exporters),
    )
