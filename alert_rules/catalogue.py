"""The visible list of all alert families, and which of them a service or an environment gets."""

from __future__ import annotations

from collections.abc import Sequence

from alert_rules import burn_rate, cache, components, database, latency, meta, outage, tasks, users
from alert_rules.alert import Alert
from vitals.catalog import Environment, Service
from vitals.errors import VitalsError
from vitals.signals import signals_of

RULES = (*latency.RULES, *database.RULES, *cache.RULES, *tasks.RULES, *users.RULES, *components.RULES)
"""Every rule that watches one signal; a service has those whose signal it has."""


def of_signals(service: Service, environment: Environment) -> list[Alert]:
    """The alerts on the signals of a service, none where it lacks what they watch."""
    has = {signal.id for signal in signals_of(service)}
    return [rule.of(service, environment) for rule in RULES if rule.signal.id in has]


FAMILIES = (outage.alerts, burn_rate.alerts, of_signals)
"""Each function returns alerts of a service, none where the service lacks what they watch."""


def alerts_of_service(service: Service, environment: Environment) -> tuple[Alert, ...]:
    """Every alert of one service, in the order in which rule files list them."""
    return tuple(alert for family in FAMILIES for alert in family(service, environment))


def alerts_of_environment(services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
    """The alerts that watch the monitoring itself and its targets.

    Raises:
        VitalsError: The environment overrides the bound of an alert that does not exist.
    """
    known: set[str] = set()
    if environment.bounds:
        alerts = (alert for service in services for alert in alerts_of_service(service, environment))
        known = {alert.id for alert in alerts if alert.bounds}
    unknown = sorted(set(environment.bounds) - known)
    if unknown:
        raise VitalsError(
            f"Environment {environment.name!r}, field bounds: no alert with a bound has the id {', '.join(unknown)}, "
            f"so the override would do nothing. Known ids are {', '.join(sorted(known))}."
        )
    return meta.alerts(services, environment)
