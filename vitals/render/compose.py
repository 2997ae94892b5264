"""Put the parts of one environment together and refuse the whole if one part does not fit.

Every expression is resolved against the contract and against what has been recorded before it, so the order of rules
is proven too. Rate windows are held against the interval of the job they read: fewer than four scrapes lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alert_rules import FOLDER, Alert, FileRules, Record, alerts_of_environment, alerts_of_service, load_rule_files
from vitals.catalog import Catalogue, Environment, Prices, Service, Team
from vitals.catalog.check import check
from vitals.catalog.fields import seconds
from vitals.contract import EXPORTERS, SYNTHETIC, vocabulary
from vitals.errors import VitalsError
from vitals.promql import Expr, PromqlError, Resolved, Series, SeriesType, Vocabulary, resolve
from vitals.scaling import Scaler, scalers
from vitals.scrape import Job, jobs
from vitals.signals import Signal, signals_of, signals_of_exporter, watched_exporters
from vitals_telemetry.metrics import API_RESPONSE_TIME

LEAST_SCRAPES = 4
"""Scrapes that a rate window must hold, so that one missed scrape does not change the answer much."""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A group as Prometheus evaluates it: records first, then the alerts that read them.

    Attributes:
        name: ``<service>.<group>``; also its file name.
        interval: A duration.
        rules: Rules in the form of a rule file.
    """

    name: str
    interval: str
    rules: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of one environment, checked.

    Attributes:
        environment: The environment.
        services: Its services.
        watched: Services, then exporters as rules watch them.
        teams: Who is told, by name.
        jobs: What is scraped.
        signals: Signals by the name of a service or exporter, in evaluation order.
        alerts: All alerts, of services first.
        groups: All rule groups.
        vocabulary: Every series that exists: scraped, made by Prometheus, or recorded.
        prices: What stored metrics cost.
        scalers: How services grow with their load.
        looks_back: How far back the condition of each alert looks, in seconds, by the place in ``alerts``.
    """

    environment: Environment
    services: tuple[Service, ...]
    watched: tuple[Service, ...]
    teams: Mapping[str, Team]
    jobs: tuple[Job, ...]
    signals: Mapping[str, tuple[Signal, ...]]
    alerts: tuple[Alert, ...]
    groups: tuple[RuleGroup, ...]
    vocabulary: Vocabulary
    prices: Prices
    scalers: tuple[Scaler, ...]
    looks_back: tuple[float, ...]


def compose(catalogue: Catalogue, environment: Environment, rule_files: Path = FOLDER) -> Plan:
    """Compose and check one environment.

    Args:
        catalogue: What people declared.
        environment: The environment of it.
        rule_files: Where hand-written rules and mixins are.

    Raises:
        VitalsError: Something does not fit; the message names it and the fix.
    """
    check(catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)
    found = jobs(catalogue.services, environment)
    known = vocabulary(dict.fromkeys(metric for metric in (*SYNTHETIC, *(m for job in found for m in job.metrics))))
    intervals = _intervals(found)
    exporters = watched_exporters(environment)
    watched = (*catalogue.services, *exporters)
    signals = {service.name: signals_of(service) for service in catalogue.services}
    signals |= {exporter.name: signals_of_exporter(exporter.name) for exporter in exporters}
    groups: dict[str, list[Mapping[str, object]]] = {}
    pace: dict[str, str] = {}
    reach: dict[str, float] = {}
    for service in watched:
        for signal in signals[service.name]:
            expr = signal.query(service, environment.scrape)
            resolved = _check(f"Signal {signal.id} of {service.name}", expr, known, intervals.get(service.name))
            reach[signal.record] = _looks_back(resolved, reach)
            known[signal.record] = _agreeing(signal, known)
            name = f"{service.name}.{signal.group}"
            pace[name] = signal.group.interval(environment.scrape)
            groups.setdefault(name, []).append(_record(signal, service, expr))
    files = load_rule_files(watched, catalogue.teams, rule_files)
    for record in files.records:
        known[record.name] = _recorded_by_file(record, known, intervals)
        groups.setdefault(record.group, []).append(_rule_of(record))
    alerts = _alerts(catalogue, environment, files)
    looks_back: list[float] = []
    for alert in alerts:
        what = f"Alert {alert.name} of {alert.service} ({alert.group})"
        looks_back.append(_looks_back(_check(what, alert.expr, known, intervals.get(alert.service)), reach))
        groups.setdefault(alert.group, []).append(alert.rule(environment))
    grown = scalers(catalogue.services, environment)
    for scaler in grown:
        for trigger in scaler.triggers:
            _check(f"Scaler of {scaler.service} ({trigger.demand})", trigger.query, known, None)
    return Plan(
        environment,
        catalogue.services,
        watched,
        catalogue.teams,
        found,
        signals,
        alerts,
        tuple(RuleGroup(n, pace.get(n, environment.scrape.others), tuple(groups[n])) for n in sorted(groups)),
        known,
        catalogue.prices,
        grown,
        tuple(looks_back),
    )


def _alerts(catalogue: Catalogue, environment: Environment, files: FileRules) -> tuple[Alert, ...]:
    of_services = [alert for service in catalogue.services for alert in alerts_of_service(service, environment)]
    ours = (*of_services, *alerts_of_environment(catalogue.services, environment))
    taken = {alert.name for alert in ours}
    for alert in files.alerts:
        if alert.name in taken:
            raise VitalsError(
                f"Alert {alert.name} ({alert.group}) has the name of an alert that exists already, so both would share "
                "a runbook and one silence would mute both. Give it another name."
            )
    return (*ours, *files.alerts)


def _recorded_by_file(record: Record, known: Vocabulary, intervals: Mapping[str, float]) -> Series:
    what = f"Record {record.name} ({record.group})"
    labels = _check(what, record.expr, known, intervals.get(record.service)).labels or frozenset()
    names = {*labels, "service", *record.labels}
    series = Series(record.name, SeriesType.GAUGE, {name: frozenset[str]() for name in sorted(names)})
    if known.get(record.name, series) != series:
        raise VitalsError(
            f"{what} exists already with other labels, so two meanings would mix in every query. Give it another name."
        )
    return series


def _rule_of(record: Record) -> dict[str, object]:
    return {
        "record": record.name,
        "expr": record.expr.pretty(),
        "labels": {"service": record.service, **record.labels},
    }


def _record(signal: Signal, service: Service, expr: Expr) -> dict[str, object]:
    return {
        "record": signal.record,
        "expr": expr.pretty(),
        "labels": {"service": service.name, **signal.fixed},
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


def _looks_back(resolved: Resolved, reach: Mapping[str, float]) -> float:
    """The longest window that an expression reads, through what has been recorded before it.

    One of which only the newest sample counts is none: it bridges gaps, and delays neither a fault nor its end.
    """
    windows = ((name, 0.0 if newest else window.total_seconds()) for name, window, newest in resolved.readings)
    return max((window + reach.get(name, 0.0) for name, window in windows), default=0.0)


def _check(what: str, expr: Expr, known: Vocabulary, interval: float | None) -> Resolved:
    """Resolve an expression, and hold its windows against the scrape interval."""
    try:
        resolved = resolve(expr, known)
    except PromqlError as error:
        raise VitalsError(f"{what}: {error}") from None
    for name, window, _ in resolved.readings:
        scraped_counter = known[name].type is SeriesType.COUNTER
        if interval and scraped_counter and 0 < window.total_seconds() < LEAST_SCRAPES * interval:
            raise VitalsError(
                f"{what}: a window of {window.total_seconds():g} s holds fewer than {LEAST_SCRAPES} scrapes of "
                f"{interval:g} s, so a single missed scrape falsifies the rate of {name}. Widen the "
                "window or scrape more often."
            )
    return resolved
