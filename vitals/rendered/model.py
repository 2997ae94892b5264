"""``model.json``: the machine-readable whole of an environment."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitals.errors import VitalsError
from vitals.rendered.alerts import AlertEntry, AlertTiming, Channel, MaintenanceEntry, RouteEntry
from vitals.rendered.cost import CostEntry
from vitals.rendered.entry import Entry, is_empty
from vitals.rendered.foresight import WatchedEntry
from vitals.rendered.operator import OperatorEntry
from vitals.rendered.pictures import PicturesEntry
from vitals.rendered.services import JobEntry, ScalerEntry, ServiceEntry
from vitals.rendered.shown import DashboardEntry, GroupEntry, PanelEntry, RecordEntry


class EnvironmentEntry(Entry):
    """The environment as the catalogue describes it.

    Attributes:
        name: Its name.
        description: What it is for.
        delivery: As files for programs on one machine, or as objects for the operator or Google's managed Prometheus.
        clusters: Whether its dashboards choose one of several clusters.
    """

    name: str
    description: str
    delivery: Literal["files", "operator", "managed"]
    clusters: bool = Field(default=False, exclude_if=is_empty)


class RenderedModel(Entry):
    """``rendered/<env>/model.json``.

    Attributes:
        environment: What the files are for.
        operator: What runs beside the objects; None where configuration travels as files.
        placeholders: Words in the other files that are to be filled in, ``__like_this__``.
        secrets: Names of the secret files that Alertmanager reads.
        aws_credentials_file: The one of them that AWS' own library reads, where a team has a topic of SNS.
        cost: What the metrics come to.
        services: Every service.
        jobs: Every scrape job.
        groups: Every rule group.
        records: Every recorded series.
        alerts: Every alerting rule; several can have the same name.
        routes: The channels of each team, by urgency.
        maintenance: When nothing is sent about which services.
        scalers: How services are scaled.
        foresight: What is judged for anomalies and forecast; nothing where no service does it.
        pictures: Where pictures follow notifications; None where none do.
        dashboards: Every dashboard.
        panels: Every panel of every dashboard, in the order of the dashboards.
    """

    environment: EnvironmentEntry
    operator: OperatorEntry | None
    placeholders: tuple[str, ...]
    secrets: tuple[str, ...]
    aws_credentials_file: str | None = Field(default=None, exclude_if=is_empty)
    cost: CostEntry
    services: tuple[ServiceEntry, ...]
    jobs: tuple[JobEntry, ...]
    groups: tuple[GroupEntry, ...]
    records: tuple[RecordEntry, ...]
    alerts: tuple[AlertEntry, ...]
    routes: tuple[RouteEntry, ...]
    maintenance: tuple[MaintenanceEntry, ...] = Field(default=(), exclude_if=is_empty)
    scalers: tuple[ScalerEntry, ...]
    foresight: tuple[WatchedEntry, ...] = ()
    pictures: PicturesEntry | None = Field(default=None, exclude_if=is_empty)
    dashboards: tuple[DashboardEntry, ...]
    panels: tuple[PanelEntry, ...]

    def excuses(self, uid: str, panel: int) -> tuple[str | None, ...]:
        """Return for each query of a panel why it may be empty, or None; nothing for an unknown panel."""
        return next((entry.empty_reasons for entry in self.panels if (entry.uid, entry.id) == (uid, panel)), ())

    @property
    def every_channel(self) -> tuple[Channel, ...]:
        """The channels of all alerts, and the dead man's switch."""
        return tuple(dict.fromkeys([*(channel for one in self.alerts for channel in one.channels), "deadman"]))

    def channels_of(self, alert: str, severity: str) -> tuple[Channel, ...]:
        """Return the channels on which people hear of an alert.

        Raises:
            VitalsError: There is no alert of that name and severity.
        """
        for entry in self.alerts:
            if (entry.name, entry.severity) == (alert, severity):
                return entry.channels
        raise VitalsError(
            f"The rendered rules have no alert {alert} of severity {severity}, so nothing can be drilled."
        )

    def timing_of(self, alert: str, *, service: str, rule: str = "") -> AlertTiming:
        """Return the times of an alert of a service.

        Args:
            alert: Its name.
            service: The service.
            rule: Id of the rule, where several have the name; the first one if it is empty.

        Raises:
            VitalsError: There is no such rule.
        """
        for entry in self.alerts:
            if (entry.name, entry.service) == (alert, service) and rule in {"", entry.id}:
                return entry.timing
        raise VitalsError(
            f"The rendered rules have no alert {alert} of {service} {f'with the id {rule} ' if rule else ''}so nothing "
            "can be drilled."
        )
