"""Put the parts of one environment together and refuse the whole if one part does not fit.

Every expression is resolved against the contract and against what has been recorded before it, so the order of rules
is proven too. Rate windows are held against the interval of the job they read: fewer than four scrapes lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.gaps import LastShown
from vitals.kit.alerts.policy import RoutingPolicy
from vitals.kit.alerts.rule_file import FileRules, Pace
from vitals.kit.alerts.rule_file import load as load_rule_files
from vitals.kit.scaling import Scaler, load_to_come, scalers
from vitals.kit.scrape import Job, jobs
from vitals.model.catalog import Catalogue, Environment, MaintenanceWindow, Prices, Service, Team
from vitals.model.catalog.check import check
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE, Severity
from vitals.model.metrics import EXPORTERS, SYNTHETIC, vocabulary, widened
from vitals.model.metrics.exposed import exposing
from vitals.model.promql import Expr, ResolvedForms, ResolvedQuery, Series, Vocabulary, joined, laid_out
from vitals.model.signals import Signal, anomaly, signals_of, signals_of_exporter, watched_exporters
from vitals.render import content
from vitals.render.checked import check_expr, check_texts
from vitals.render.distinct import require_distinct
from vitals.render.emitters import Emitters, HeldSeries, emitters_of
from vitals.render.files_checked import alerts_known, records_of_files, rule_of, with_alerts
from vitals_telemetry.contract import Metric
from vitals_telemetry.metrics import API_RESPONSE_TIME, METRICS


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A group as Prometheus evaluates it: records first, then the alerts that read them.

    Attributes:
        name: ``<service>.<group>``; also its file name.
        interval: A duration.
        rules: Rules in the form of a rule file.
        fields: What else a pasted group has: ``limit`` and ``query_offset``.
        places: Of each rule, in their order, the file and line in which people wrote it; empty for one of ours.
    """

    name: str
    interval: str
    rules: tuple[Mapping[str, object], ...]
    fields: Mapping[str, object] = field(default_factory=dict)
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of one environment, checked.

    Attributes:
        environment: The environment.
        services: Its services.
        watched: Services, then exporters as rules watch them.
        teams: Who is notified, by name.
        jobs: What is scraped.
        signals: Signals by the name of a service or exporter, in evaluation order.
        alerts: All alerts, of services first.
        routing: Who is notified of them, and how fast.
        groups: All rule groups.
        vocabulary: Every series that exists: scraped, made by Prometheus, or recorded.
        emitters: Who emits them.
        prices: What stored metrics cost.
        scalers: How services grow with their load.
        looks_back: How far back the condition of each alert looks, in seconds, by the place in ``alerts``.
        maintenance: When nothing is sent.
    """

    environment: Environment
    services: tuple[Service, ...]
    watched: tuple[Service, ...]
    teams: Mapping[str, Team]
    jobs: tuple[Job, ...]
    signals: Mapping[str, tuple[Signal, ...]]
    alerts: tuple[Alert, ...]
    routing: RoutingPolicy
    groups: tuple[RuleGroup, ...]
    vocabulary: Vocabulary
    emitters: Emitters
    prices: Prices
    scalers: tuple[Scaler, ...]
    looks_back: tuple[float, ...]
    maintenance: tuple[MaintenanceWindow, ...] = ()

    def channels_of(self, owner: str, severity: Severity) -> tuple[str, ...]:
        """The kinds of channel on which an owner hears at once and at all hours; the operators' for an unknown one."""
        return self.routing.kinds_of(self._team(owner), severity, self.environment)

    def later_channels_of(self, owner: str, severity: Severity) -> tuple[str, ...]:
        """The kinds on which an owner hears in some hours only, or of what still fires after some time."""
        return self.routing.later_kinds_of(self._team(owner), severity, self.environment)

    def all_channels_of(self, owner: str, severity: Severity) -> tuple[str, ...]:
        """The kinds on which an owner hears at any time, those that hear at once and at all hours first."""
        return (*self.channels_of(owner, severity), *self.later_channels_of(owner, severity))

    def _team(self, owner: str) -> Team:
        return self.teams.get(owner) or self.teams[self.environment.operators]


def compose(catalogue: Catalogue, environment: Environment, rule_files: Path | None = None) -> Plan:
    """Compose and check one environment.

    Args:
        catalogue: What people declared.
        environment: The environment of it.
        rule_files: Where hand-written rules and mixins are; if not given, those of the catalogue.

    Raises:
        VitalsError: Something does not fit; the message names it and the fix.
    """
    check(catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)
    found = jobs(catalogue.services, environment, catalogue.exposed)
    theirs = {service.name: _theirs(service) for service in catalogue.services}
    own = (metric for job in found for metric in job.metrics if metric not in theirs.get(job.name, ()))
    known = vocabulary(dict.fromkeys((*SYNTHETIC, *own)))
    known = widened(known, (metric for metrics in theirs.values() for metric in metrics))
    known = exposing(known, {job.name: job.exposed for job in found})
    intervals = _intervals(found)
    exporters = watched_exporters(environment)
    watched = (*catalogue.services, *exporters)
    signals = {service.name: signals_of(service) for service in catalogue.services}
    signals |= {exporter.name: signals_of_exporter(exporter.name) for exporter in exporters}
    for one in watched:
        signals[one.name] += anomaly.signals(signals[one.name], environment)
    groups: dict[str, list[tuple[Mapping[str, object], str]]] = {}
    pace: dict[str, str] = {}
    reach: dict[str, float] = {}
    forms = ResolvedForms(known)
    for service in watched:
        for signal in signals[service.name]:
            expr = signal.query(service, environment.scrape)
            # Known before it is read: a record may stand on what it was itself an evaluation ago.
            known[signal.record] = _agreeing(signal, known)
            what, interval = f"Signal {signal.id} of {service.name}", intervals.get(service.name)
            resolved = check_expr(what, expr, forms, interval, service.name)
            reach[signal.record] = _looks_back(resolved, reach)
            name = f"{service.name}.{signal.group}"
            pace[name] = signal.group.interval(environment.scrape)
            groups.setdefault(name, []).append((_record(signal, service, expr), ""))
    place = rule_files or catalogue.rule_files
    files = load_rule_files(watched, catalogue.teams, place) if place else FileRules((), ())
    alerts = _alerts(catalogue, environment, files)
    ours = frozenset((signal.record, name) for name, found_signals in signals.items() for signal in found_signals)
    for record in files.records:
        groups.setdefault(record.group, []).append((rule_of(record), record.where))
    targets = frozenset({*(service.name for service in catalogue.services), *EXPORTERS, *(job.name for job in found)})
    emitters = emitters_of(catalogue.services, signals)
    pasted: Vocabulary = HeldSeries(known, targets, emitters)
    if asked := alerts_known(catalogue, files, alerts):
        pasted = joined(with_alerts(known, asked, files), pasted)
    recorded = records_of_files(files.records, pasted, ours, intervals, files.recorded)
    known, pasted = {**known, **recorded, "ALERTS": _alerts_of(known["ALERTS"], alerts)}, joined(recorded, pasted)
    forms, pasted_forms = ResolvedForms(known), ResolvedForms(pasted)
    looks_back: list[float] = []
    for alert in alerts:
        what = f"Alert {alert.name} of {alert.service} ({alert.group})"
        exists = pasted_forms if alert.where else forms
        resolved = check_expr(alert.where or what, alert.expr, exists, intervals.get(alert.service), alert.service)
        check_texts(alert, resolved, exists.vocabulary)
        if alert.last:
            _check_last(what, alert, alert.last, exists, resolved.labels)
        looks_back.append(_looks_back(resolved, reach))
        groups.setdefault(alert.group, []).append((alert.rule(environment), alert.where))
    grown = scalers(catalogue.services, environment, catalogue.measured_in(environment))
    for scaler in grown:
        _check_scaler(scaler, forms)
    return Plan(
        environment,
        catalogue.services,
        watched,
        catalogue.teams,
        found,
        signals,
        alerts,
        content.alert_rules().routing,
        tuple(_group(name, groups[name], pace, files, environment) for name in sorted(groups)),
        # Dashboards are for all services: they ask for exemplars and builds, which only our own telemetry has.
        {**vocabulary(METRICS), **known},
        emitters,
        catalogue.prices,
        grown,
        tuple(looks_back),
        catalogue.maintenance_in(environment),
    )


def _check_scaler(scaler: Scaler, forms: ResolvedForms) -> None:
    for trigger in scaler.triggers:
        what = f"Scaler of {scaler.service} ({trigger.demand.value})"
        check_expr(what, trigger.query, forms, None, scaler.service)
        if scaler.predicted:
            to_come = load_to_come(scaler, trigger.demand)
            check_expr(f"{what}, forecast", to_come, forms, None, scaler.service)


def _check_last(what: str, alert: Alert, last: LastShown, forms: ResolvedForms, labels: frozenset[str] | None) -> None:
    """What a page goes on with must be of the very series that its condition is of, or it would be another alert."""
    check_expr(what, alert.whole, forms, None, alert.service)
    shown = check_expr(what, last.value, forms, None, alert.service).labels
    if shown != labels:
        raise VitalsError(
            f"{what}: its condition has the labels {_listed(labels)}, and what it goes on with in a gap "
            f"{_listed(shown)}. It would be resolved in a gap and fire beside itself. Give both the same."
        )


def _listed(labels: frozenset[str] | None) -> str:
    return ", ".join(sorted(labels or ())) or "(none)"


def _alerts_of(series: Series, alerts: tuple[Alert, ...]) -> Series:
    """The series of alerts, with the labels by which a page finds itself."""
    own = {label for alert in alerts if alert.last for label in (*alert.labels, *alert.last.by)}
    return replace(series, labels={**dict.fromkeys(own, frozenset[str]()), **series.labels})


def _theirs(service: Service) -> tuple[Metric, ...]:
    """What a service exposes that is not ours to name: two services may give one name different labels."""
    return (*service.dialect.metrics, *service.metrics)


def _alerts(catalogue: Catalogue, environment: Environment, files: FileRules) -> tuple[Alert, ...]:
    rules = content.alert_rules()
    of_services = [alert for one in catalogue.services for alert in rules.alerts_of_service(one, environment)]
    ours = (*of_services, *rules.alerts_of_environment(catalogue.services, environment))
    require_distinct(ours)
    taken = {alert.name for alert in ours}
    for alert in files.alerts:
        if alert.name in taken:
            raise VitalsError(
                f"{alert.where}: it has the name of an alert that exists already, so both would share "
                "a runbook and one silence would mute both. Give it another name."
            )
    return (*ours, *files.alerts)


def _group(
    name: str,
    placed: list[tuple[Mapping[str, object], str]],
    pace: Mapping[str, str],
    files: FileRules,
    environment: Environment,
) -> RuleGroup:
    of_file = files.paces.get(name, Pace())
    interval = of_file.interval or pace.get(name, environment.scrape.others)
    rules, places = zip(*placed, strict=True)
    return RuleGroup(name, interval, rules, of_file.fields, places)


def _record(signal: Signal, service: Service, expr: Expr) -> dict[str, object]:
    return {
        "record": signal.record,
        "expr": laid_out(expr, service.name),
        "labels": {SERVICE: service.name, **signal.static_labels},
    }


def _agreeing(signal: Signal, known: Vocabulary) -> Series:
    series = signal.series()
    if known.get(signal.record, series) != series:
        raise VitalsError(
            f"Signal {signal.id} records {signal.record}, which exists already with other labels. Two meanings under "
            "one name would mix in every query. Give the signal another recorded name."
        )
    return series


def _intervals(found: Iterable[Job]) -> dict[str, float]:
    return {job.name: seconds(job.interval) for job in found}


def _looks_back(resolved: ResolvedQuery, reach: Mapping[str, float]) -> float:
    """The longest window that an expression reads, through what has been recorded before it.

    One of which only the newest sample counts is none: it bridges gaps, and delays neither a fault nor its end.
    """
    windows = ((name, 0.0 if newest else window.total_seconds()) for name, window, newest in resolved.readings)
    return max((window + reach.get(name, 0.0) for name, window in windows), default=0.0)
