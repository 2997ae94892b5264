"""Is the monitoring itself alive? The Watchdog always fires; everything else tells of a part that went blind or dumb.

All of it goes to the team that runs the monitoring, whosever service the blind target is: the owner of a service can
do nothing about a scrape that is missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vitals.kit.alerts.alert import Alert, Bound, Severity
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.promql import call, select
from vitals.model.signals import Signal, meta, targets, watched_exporters

GROUP = "vitals.meta"
"""The rule group of what belongs to no service."""

scrape_slow = Threshold(
    id="meta.scrape.slow",
    name="ScrapeSlow",
    signal=meta.SCRAPE_TIME,
    above="75%",
    lasting="10m",
    severity=Severity.WARNING,
    means="A scrape takes nearly as long as it may; beyond that the target counts as down although it works.",
    do="See how many series the target exposes, and whether a label grew.",
)

scrapes_missed = Threshold(
    id="meta.scrape.missed_high",
    name="ScrapesMissed",
    signal=meta.SCRAPES_MISSED,
    above="20%",
    lasting="10m",
    severity=Severity.WARNING,
    means="Prometheus does not get round to scraping; rules and panels have holes, and alerts come late.",
    do="Look at Prometheus' own CPU and memory, then at the number of series.",
)

rules_failing = Threshold(
    id="meta.rules.failing",
    name="RulesFailing",
    signal=meta.RULES_FAILED,
    above="0",
    lasting="5m",
    severity=Severity.WARNING,
    means="At least one rule cannot be evaluated; what it records stands still, and it alerts nobody.",
    do="Read Prometheus' log for the name of the rule; undo the last change of rules.",
)


def too_many_series(environment: Environment) -> Threshold:
    """More series than the budget that a rendering is held to: what was estimated is not what is there."""
    return Threshold(
        id="meta.series.high",
        name="TooManySeries",
        signal=meta.SERIES,
        above=str(environment.budget.series),
        lasting="10m",
        severity=Severity.WARNING,
        means="Prometheus holds more series than the budget allows; memory and cost grow with them.",
        do="Find the metric that grew and the label that did it; bound that label.",
    )


alerts_dropped = Threshold(
    id="meta.alerts.dropped_any",
    name="AlertsDropped",
    signal=meta.ALERTS_DROPPED,
    above="0",
    lasting="0s",
    severity=Severity.CRITICAL,
    means="An alert was given up because no Alertmanager took it; somebody was not told.",
    do="See whether every Alertmanager answers; compare what fires on the boards with what you were told.",
)

notifications_failing = Threshold(
    id="meta.notifications.failing",
    name="NotificationsFailing",
    signal=meta.NOTIFICATIONS_FAILED,
    above="5%",
    lasting="1m",
    severity=Severity.CRITICAL,
    means="A channel does not deliver; people who rely on it are not told.",
    do="Read Alertmanager's log for the reason; a wrong key, an expired webhook, a mail server that refuses.",
)

scaler_blind = Threshold(
    id="meta.scaler.blind",
    name="ScalerBlind",
    signal=meta.SCALER_ERRORS,
    above="0",
    lasting="5m",
    severity=Severity.WARNING,
    means="The autoscaler cannot read what it scales by; replicas stay as they are while load changes.",
    do="See whether Prometheus answers it and whether the query still returns one value.",
)

traces_lost = Threshold(
    id="meta.traces.lost_many",
    name="TracesLost",
    signal=meta.SPANS_LOST,
    above="5%",
    lasting="10m",
    severity=Severity.WARNING,
    means="Spans are lost on the way; traces have holes just when somebody will need them.",
    do="Read the collector's log; refused credentials, a quota, or a back end that is slow.",
)

OF_TARGETS = (scrape_slow, scrapes_missed)
OF_EXPORTER: Mapping[str, tuple[Threshold, ...]] = {
    "prometheus": (rules_failing, alerts_dropped),
    "alertmanager": (notifications_failing,),
    "keda": (scaler_blind,),
    "collector": (traces_lost,),
}


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


def target_down(job: str, owner: str, signal: Signal) -> Alert:
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


def _config_refused(exporter: Service) -> Alert:
    signal = meta.CONFIG_IN_USE
    return Alert(
        id="meta.config.refused",
        name="ConfigReloadFailing",
        severity=Severity.WARNING,
        service=exporter.name,
        owner=exporter.owner,
        group=f"{exporter.name}.{signal.group}",
        expr=signal.read(service=exporter.name).equals(0),
        lasting="5m",
        summary=f"{exporter.name} refuses its newest configuration (in use is {{{{ $value }}}})",
        means="It runs on with the configuration before; new rules, targets and routes do not exist yet.",
        do="Read its log for the line that it refuses, and undo that change.",
        signal=signal,
        bounds=(Bound(signal.id, 1.0, Severity.WARNING),),
    )


def of_targets(service: Service, environment: Environment) -> list[Alert]:
    """The alerts about the scrape of a service or exporter."""
    operated = replace(service, owner=environment.operators)
    return [threshold.of(operated, environment) for threshold in OF_TARGETS]


def of_exporter(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about one part of the monitoring."""
    found = [threshold.of(exporter, environment) for threshold in OF_EXPORTER.get(exporter.name, ())]
    if exporter.name == "prometheus":
        found.append(too_many_series(environment).of(exporter, environment))
    if exporter.name in ("prometheus", "alertmanager"):
        found.append(_config_refused(exporter))
    return found


def alerts(services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
    """Watchdog, and one TargetDown for each service and exporter of an environment."""
    return (
        watchdog(environment),
        *(target_down(service.name, service.owner, targets.UP) for service in services),
        *(target_down(e.name, e.owner, meta.EXPORTER_UP) for e in watched_exporters(environment)),
    )
