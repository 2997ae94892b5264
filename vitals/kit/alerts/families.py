"""All alerts of a project as one value: which of them a service, an exporter or an environment gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.policy import RoutingPolicy
from vitals.kit.alerts.threshold import Threshold
from vitals.kit.alerts.trend import Trend
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.entry_error import EntryError
from vitals.model.metrics import EXPORTERS
from vitals.model.signals import left_out, signals_of, watched_exporters

Family = Callable[[Service, Environment], Sequence[Alert]]
"""The alerts of one kind for a service or exporter; none where it lacks what they watch."""


Rule = Threshold | Trend
"""An alert on one signal."""


def on_signals(rules: Sequence[Rule]) -> Family:
    """A family of rules that watch one signal each; a service has those whose signal it has."""

    def alerts(service: Service, environment: Environment) -> list[Alert]:
        has = {signal.id for signal in signals_of(service)}
        return [rule.of(service, environment) for rule in rules if rule.signal.id in has]

    return alerts


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What ``alert_rules`` declares.

    Attributes:
        of_services: Families of services, in the order in which rule files list them.
        of_exporters: The same for exporters.
        of_monitoring: The alerts that watch the monitoring itself and its targets.
        routing: Who is notified of them.
    """

    of_services: tuple[Family, ...]
    of_exporters: tuple[Family, ...]
    of_monitoring: Callable[[Sequence[Service], Environment], Sequence[Alert]]
    routing: RoutingPolicy

    def alerts_of_service(self, service: Service, environment: Environment) -> tuple[Alert, ...]:
        """Every alert of one service; those are left out whose signal its dialect does not carry."""
        lacking = {one.signal.id for one in left_out(service)}
        found = (alert for family in self.of_services for alert in family(service, environment))
        alerts = tuple(alert for alert in found if alert.signal is None or alert.signal.id not in lacking)
        if service.bounds:
            self._bounds_exist(service, environment, alerts)
        return (
            tuple(replace(one, labels={**service.labels, **one.labels}) for one in alerts) if service.labels else alerts
        )

    def _bounds_exist(self, service: Service, environment: Environment, alerts: Sequence[Alert]) -> None:
        """Refuse a bound that no environment would use; alerts on pods exist only where an exporter sees them."""
        exporters = (
            Service(name=name, owner=service.owner, description=one.description) for name, one in EXPORTERS.items()
        )
        of_pods = (one for exporter in exporters for one in self.alerts_of_exporter(exporter, environment))
        known = {alert.id for alert in (*alerts, *(of_pods if service.namespace else ())) if alert.bounds}
        unknown = sorted(set(service.bounds) - known)
        if unknown:
            raise EntryError(
                service,
                f", field bounds: no alert of it with a bound has the id {', '.join(unknown)}, "
                f"so the override would do nothing. Known ids are {', '.join(sorted(known))}.",
            )

    def alerts_of_exporter(self, exporter: Service, environment: Environment) -> tuple[Alert, ...]:
        """Every alert of one exporter."""
        return tuple(alert for family in self.of_exporters for alert in family(exporter, environment))

    def alerts_of_environment(self, services: Sequence[Service], environment: Environment) -> tuple[Alert, ...]:
        """The alerts that watch the monitoring itself and its targets, and those of every exporter.

        Raises:
            VitalsError: The environment overrides the bound of an alert that does not exist.
        """
        exporters = watched_exporters(environment)
        of_exporters = [alert for one in exporters for alert in self.alerts_of_exporter(one, environment)]
        known: set[str] = set()
        if environment.bounds:
            of_services = [alert for service in services for alert in self.alerts_of_service(service, environment)]
            known = {alert.id for alert in (*of_services, *of_exporters) if alert.bounds}
        unknown = sorted(set(environment.bounds) - known)
        if unknown:
            raise EntryError(
                environment,
                f", field bounds: no alert with a bound has the id "
                f"{', '.join(unknown)}, so the override would do nothing. Known ids are {', '.join(sorted(known))}.",
            )
        return (*of_exporters, *self.of_monitoring(services, environment))
