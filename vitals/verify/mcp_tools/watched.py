"""What is watched: the environments, and everything that is known of a service or an exporter."""

from __future__ import annotations

from pydantic import BaseModel

from vitals.model.conventions import SERVICE
from vitals.rendered import JobEntry, RecordEntry, RenderedModel, ScalerEntry, ServiceEntry, environments
from vitals.verify.mcp_tools.read import ProjectFiles, unknown


class EnvironmentSummary(BaseModel):
    """An environment in numbers.

    Attributes:
        name: Its name.
        description: What it is for.
        services: The services that users are promised something of, or that work for those.
        exporters: What else is scraped.
        alerts: How many alerting rules it has.
        dashboards: Titles of its dashboards.
        series: Active series, estimated.
        usd_per_month: What a managed back end would bill for a month's samples, estimated.
    """

    name: str
    description: str
    services: list[str]
    exporters: list[str]
    alerts: int
    dashboards: list[str]
    series: int
    usd_per_month: float


class WatchedSignal(BaseModel):
    """A question about a service, and the recorded series that answers it.

    Attributes:
        signal: The question, ``api.latency.p95`` for example.
        series: The recorded series as a PromQL selector.
        unit: What it is measured in.
        worse: Which of its values are bad ones.
        panel: Title of the panel that shows it; None where no panel does.
    """

    signal: str
    series: str
    unit: str
    worse: str
    panel: str | None


class WatchedService(BaseModel):
    """What is watched of a service or an exporter.

    Attributes:
        name: Its name.
        declared: What the catalogue declares of it, objectives among it; None for an exporter.
        scrape: How it is scraped; None where it is not.
        scaler: How it is scaled; None where it is not.
        alerts: Names of its alerts, each with the severities in which it fires.
        signals: What is recorded of it.
    """

    name: str
    declared: ServiceEntry | None
    scrape: JobEntry | None
    scaler: ScalerEntry | None
    alerts: dict[str, list[str]]
    signals: list[WatchedSignal]


def all_environments(files: ProjectFiles) -> list[EnvironmentSummary]:
    """Every rendered environment.

    Raises:
        VitalsError: One of them cannot be read.
    """
    return [_summary(files.read(name).model) for name in environments(files.rendered)]


def _summary(model: RenderedModel) -> EnvironmentSummary:
    services = [service.name for service in model.services]
    return EnvironmentSummary(
        name=model.environment.name,
        description=model.environment.description,
        services=services,
        exporters=[job.name for job in model.jobs if job.name not in services],
        alerts=len(model.alerts),
        dashboards=[dashboard.title for dashboard in model.dashboards],
        series=model.cost.series,
        usd_per_month=model.cost.price.managed.usd_per_month,
    )


def watched(files: ProjectFiles, name: str, environment: str) -> WatchedService:
    """Everything of one service or exporter.

    Raises:
        VitalsError: It is not watched, or the environment cannot be read.
    """
    model = files.read(environment).model
    services = {service.name: service for service in model.services}
    jobs = {job.name: job for job in model.jobs}
    known = {*services, *jobs, *(alert.service for alert in model.alerts)}
    if name not in known:
        raise unknown("service or exporter", name, known)
    titles = {(panel.uid, panel.id): panel.title for panel in model.panels}
    severities: dict[str, list[str]] = {}
    for alert in model.alerts:
        if alert.service == name and alert.severity not in severities.setdefault(alert.name, []):
            severities[alert.name].append(alert.severity)
    return WatchedService(
        name=name,
        declared=services.get(name),
        scrape=jobs.get(name),
        scaler=next((scaler for scaler in model.scalers if scaler.service == name), None),
        alerts=severities,
        signals=[_signal(record, titles) for record in model.records if record.labels.get(SERVICE) == name],
    )


def _signal(record: RecordEntry, titles: dict[tuple[str, int], str]) -> WatchedSignal:
    return WatchedSignal(
        signal=record.signal,
        series=record.selector,
        unit=record.unit,
        worse=record.direction,
        panel=titles.get((record.panel.uid, record.panel.id)) if record.panel else None,
    )
