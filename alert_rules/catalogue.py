"""The visible list of all alert families, and which of them a service, an exporter or an environment gets."""

from __future__ import annotations

from collections.abc import Sequence

from alert_rules import (
    arrival,
    burn_rate,
    cache,
    capacity,
    cluster,
    components,
    database,
    latency,
    meta,
    outage,
    recording,
    system,
    tasks,
    users,
)
from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog import Environment, Service
from vitals.model.signals import meta as meta_signals
from vitals.model.signals import signals_of, signals_of_exporter, watched_exporters

RULES = (*latency.RULES, *database.RULES, *cache.RULES, *tasks.RULES, *users.RULES, *components.RULES)
"""Every rule that watches one signal; a service has those whose signal it has."""


def of_signals(service: Service, environment: Environment) -> list[Alert]:
    """The alerts on the signals of a service, none where it lacks what they watch."""
    has = {signal.id for signal in signals_of(service)}
    return [rule.of(service, environment) for rule in RULES if rule.signal.id in has]


FAMILIES = (outage.alerts, arrival.alerts, burn_rate.alerts, recording.alerts, of_signals, meta.of_targets)
"""Each function returns alerts of a service, none where the service lacks what they watch."""

OF_EXPORTERS = (system.alerts, capacity.alerts, cluster.alerts, meta.of_exporter)
"""The same for exporters."""


def alerts_of_service(service: Service, environment: Environment) -> tuple[Alert, ...]:
    """Every alert of one service, in the order in which rule files list them."""
    return tuple(alert for family in FAMILIES for alert in family(service, environment))


def alerts_of_exporter(exporter: Service, environment: Environment) -> tuple[Alert, ...]:
    """Every alert of one exporter, in the order in which rule files list them."""
    found = [alert for family in OF_EXPORTERS for alert in family(exporter, environment)]
    if meta_signals.SCRAPE_TIME in signals_of_exporter(exporter.name):
        found += meta.of_targets(exporter, environment)
    return tuple(found)


def alerts_of_environment(services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
    """The alerts that watch the monitoring itself and its targets, and those of every exporter.

    Raises:
        VitalsError: The environment overrides the bound of an alert that does not exist.
    """
    of_exporters = [a for exporter in watched_exporters(environment) for a in alerts_of_exporter(exporter, environment)]
    known: set[str] = set()
    if environment.bounds:
        of_services = [alert for service in services for alert in alerts_of_service(service, environment)]
        known = {alert.id for alert in (*of_services, *of_exporters) if alert.bounds}
    unknown = sorted(set(environment.bounds) - known)
    if unknown:
        raise VitalsError(
            f"Environment {environment.name!r}, field bounds: no alert with a bound has the id {', '.join(unknown)}, "
            f"so the override would do nothing. Known ids are {', '.join(sorted(known))}."
        )
    return (*of_exporters, *meta.alerts(services, environment))
