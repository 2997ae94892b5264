"""Is the monitoring alive? The Watchdog always fires; everything else reports a component that went blind or mute.

All of it goes to the team that runs the monitoring, whosever service the blind target is: the owner of a service can
do nothing about a scrape that is missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vitals.kit.alerts.alert import ELSEWHERE, TOO_SLOW, Alert, Bound
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.summary import summary, summary_of
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import INSTANCE, SERVICE, Severity
from vitals.model.promql import call, select
from vitals.model.signals import Signal, meta, signals_of_exporter, targets, watched_exporters

GROUP = "vitals.meta"
"""The rule group of what belongs to no service, or is asked of every target alike."""

scrape_slow = Threshold(
    id="meta.scrape.slow",
    name="ScrapeSlow",
    signal=meta.SCRAPE_TIME,
    above="75%",
    for_="10m",
    severity=Severity.WARNING,
    impact="A scrape takes nearly as long as it may; beyond that the target counts as down although it works.",
    action="See how many series the target exposes, and whether a label grew.",
    because=Because(
        bound="a quarter of the time limit is left: beyond the limit a target counts as down although it works",
        duration="assumed: a deploy or a compaction makes scrapes slow for minutes, and passes",
    ),
    no_drill=TOO_SLOW,
)

scrapes_missed = Threshold(
    id="meta.scrape.missed_high",
    name="ScrapesMissed",
    signal=meta.SCRAPES_MISSED,
    above="20%",
    for_="10m",
    severity=Severity.WARNING,
    impact="Prometheus does not get round to scraping; rules and panels have holes, and alerts come late.",
    action="Look at Prometheus' own CPU and memory, then at the number of series.",
    because=Because(
        bound=(
            "windows hold four scrapes so that one may be missed (see the decision on gauges): when every fifth is "
            "missed, two within a window become common"
        ),
        duration="a restart of Prometheus misses scrapes for a minute or two, and the signal looks back 5m",
    ),
    no_drill=TOO_SLOW,
)

rules_failing = Threshold(
    id="meta.rules.failing",
    name="RulesFailing",
    signal=meta.RULES_FAILED,
    above="0",
    for_="5m",
    severity=Severity.WARNING,
    impact="At least one rule cannot be evaluated; what it records stands still, and its alerts cannot fire.",
    action="Read Prometheus' log for the name of the rule; undo the last change of rules.",
    because=Because(
        bound="one rule that fails is one that notifies no receiver",
        duration=(
            "the signal counts failures of 5m: only what fails again in the next 5m is notified, not the one "
            "evaluation during a reload"
        ),
    ),
    no_drill=TOO_SLOW,
)


def too_many_series(environment: Environment) -> Threshold:
    """More series than the budget that a rendering is held to: what was estimated is not what is there."""
    return Threshold(
        id="meta.series.high",
        name="TooManySeries",
        signal=meta.SERIES,
        above=str(environment.budget.series),
        for_="10m",
        severity=Severity.WARNING,
        impact="Prometheus holds more series than the budget allows; memory and cost grow with them.",
        action="Find the metric that grew and the label that did it; bound that label.",
        because=Because(
            bound=(
                "the budget of the environment, to which a rendering is held: above it, what was estimated is not what "
                "is there"
            ),
            duration="assumed: a deploy keeps the old and the new series of replicas side by side for minutes",
        ),
        no_drill=TOO_SLOW,
    )


alerts_dropped = Threshold(
    id="meta.alerts.dropped_any",
    name="AlertsDropped",
    signal=meta.ALERTS_DROPPED,
    above="0",
    for_="0s",
    severity=Severity.CRITICAL,
    impact="Prometheus dropped an alert because no Alertmanager accepted it; its notification was never sent.",
    action=(
        "See whether every Alertmanager answers; compare the firing alerts on the dashboards with the notifications."
    ),
    because=Because(
        bound="one alert that was dropped is one that reached no receiver",
    ),
    no_drill="it follows alertmanager-down, and can only be notified when that is over",
)

notifications_failing = Threshold(
    id="meta.notifications.failing",
    name="NotificationsFailing",
    signal=meta.NOTIFICATIONS_FAILED,
    above="5%",
    for_="1m",
    severity=Severity.CRITICAL,
    impact="A channel does not deliver; the teams that rely on it are not notified.",
    action="Read Alertmanager's log for the reason; a wrong key, an expired webhook, a mail server that refuses.",
    because=Because(
        bound=(
            "assumed: Alertmanager tries again before it counts a failure, so one in twenty is more than a hiccup of a "
            "channel"
        ),
        duration=(
            "the signal looks back 15m and Alertmanager has tried again already; a minute leaves out one odd evaluation"
        ),
    ),
    no_drill=TOO_SLOW,
)

scaler_blind = Threshold(
    id="meta.scaler.blind",
    name="ScalerBlind",
    signal=meta.SCALER_ERRORS,
    above="0",
    for_="5m",
    severity=Severity.WARNING,
    impact="The autoscaler cannot read what it scales by; replicas stay as they are while load changes.",
    action="See whether Prometheus answers it and whether the query still returns one value.",
    because=Because(
        bound="one read that fails leaves replicas as they are",
        duration=(
            "the signal counts failures of 5m: only what fails again in the next 5m is notified, not a restart "
            "of Prometheus"
        ),
    ),
    no_drill=ELSEWHERE,
)

traces_lost = Threshold(
    id="meta.traces.lost_many",
    name="TracesLost",
    signal=meta.SPANS_LOST,
    above="5%",
    for_="10m",
    severity=Severity.WARNING,
    impact="Spans are lost on the way; traces have holes just when they are needed.",
    action="Read the collector's log; refused credentials, a quota, or a back end that is slow.",
    because=Because(
        bound="assumed: with one span lost in twenty, about every second trace of a dozen spans has a hole",
        duration="assumed: the collector tries again for minutes when its back end is slow",
    ),
    no_drill=ELSEWHERE,
)

pictures_failing = Threshold(
    id="meta.pictures.failing",
    name="PicturesFailing",
    signal=meta.PICTURES_FAILED,
    above="50%",
    for_="5m",
    severity=Severity.WARNING,
    impact="Notifications arrive as ever, and the picture of the panel does not follow them.",
    action="Read the reason in the metrics of the relay, such as a token that ended or a bot outside its channel.",
    because=Because(
        bound=(
            "notifications are rare, so one failed picture may be all there is to judge by; this alert is notified "
            "with a picture itself, and when that one follows the ratio is at 50% and the alert is over"
        ),
        duration="a group whose picture failed has one with its next news, which comes within 5m",
    ),
    no_drill=TOO_SLOW,
)

OF_TARGETS = (scrape_slow, scrapes_missed)
OF_EXPORTER: Mapping[str, tuple[Threshold, ...]] = {
    "prometheus": (rules_failing, alerts_dropped),
    "alertmanager": (notifications_failing,),
    "keda": (scaler_blind,),
    "collector": (traces_lost,),
    "pictures": (pictures_failing,),
}


def watchdog(environment: Environment) -> Alert:
    """An alert that always fires: a receiver that misses it knows that the chain of notifications is broken."""
    return Alert(
        id="meta.watchdog",
        name="Watchdog",
        severity=Severity.NONE,
        service="vitals",
        owner=environment.operators,
        group=GROUP,
        expr=call("vector", 1),
        summary=summary("vitals", "watchdog heartbeat {{ $value }}", "always firing"),
        impact="Nothing is wrong; this alert always fires, and its absence means that no alert gets through.",
        action="If it is missing, look at Prometheus, then at Alertmanager.",
        fires_when="always",
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
        expr=select("up", {SERVICE: job}).equals(0),
        for_="1m",
        summary=summary(job, "target down, up {{ $value }}", "< 1", [INSTANCE]),
        impact="One target cannot be scraped, because a replica is lost, or hangs, or the network is cut.",
        action="Open the instance's log; if it runs, ask its metrics port by hand.",
        signal=signal,
        because={"for 1m": "a restart or a missed scrape is over by then; one lost replica of several can wait"},
        fires_when="a target that Prometheus knows cannot be scraped (`up` is 0)",
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
        expr=signal.select(service=exporter.name).equals(0),
        for_="5m",
        summary=summary_of(exporter.name, signal, "< 1"),
        impact="It runs on with the configuration before; new rules, targets and routes do not exist yet.",
        action="Read its log for the line that it refuses, and undo that change.",
        signal=signal,
        bounds=(Bound(signal.id, 1.0, Severity.WARNING),),
        because={"for 5m": "assumed: the author of a change sees it refused and corrects it within five minutes"},
        fires_when=f"the newest configuration is not in use (`{signal.record}` is 0)",
        no_drill="a broken configuration would take the alerts of every other drill with it",
    )


def of_targets(service: Service, environment: Environment) -> list[Alert]:
    """The alerts about the scrape of a service or exporter: in one group of all, so that one word is in one file."""
    operated = replace(service, owner=environment.operators)
    return [replace(threshold.of(operated, environment), group=GROUP) for threshold in OF_TARGETS]


def of_exporter(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about one part of the monitoring."""
    found = [threshold.of(exporter, environment) for threshold in OF_EXPORTER.get(exporter.name, ())]
    if exporter.name == "prometheus":
        found.append(too_many_series(environment).of(exporter, environment))
    if exporter.name in ("prometheus", "alertmanager"):
        found.append(_config_refused(exporter))
    return found


def of_targets_of_exporter(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about the scrape of an exporter, where that is recorded."""
    recorded = meta.SCRAPE_TIME in signals_of_exporter(exporter.name)
    return of_targets(exporter, environment) if recorded else []


def alerts(services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
    """Watchdog, and one TargetDown for each service and exporter of an environment."""
    return (
        watchdog(environment),
        *(target_down(service.name, service.owner, targets.UP) for service in services),
        *(target_down(e.name, e.owner, meta.EXPORTER_UP) for e in watched_exporters(environment)),
    )
