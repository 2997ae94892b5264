"""One declared thing as one entry of ``model.json``: services, scalers, records, alerts and servers."""

from __future__ import annotations

from collections.abc import Container, Iterator

from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.timing import timing
from vitals.kit.scaling import Scaler
from vitals.kit.scrape import Job
from vitals.model.catalog import Autoscaling, Environment, Latency, Pod, Server, Service, Slo
from vitals.model.conventions import SERVICE
from vitals.model.metrics import vocabulary, widened
from vitals.model.metrics.exposed import exposing
from vitals.model.signals import Signal
from vitals.render.compose import Plan
from vitals.render.objects import NAMESPACE
from vitals.rendered import (
    AlertEntry,
    AlertTiming,
    AvailabilityEntry,
    CacheEntry,
    DeclaredSeries,
    HeadroomEntry,
    LatencyEntry,
    OperatorEntry,
    PanelId,
    PodEntry,
    QueueEntry,
    RecordEntry,
    ScalerEntry,
    ServerEntry,
    ServiceEntry,
    StoreEntry,
    TriggerEntry,
)
from vitals_telemetry.metrics import PROCESS_METRICS


def operator_entry(environment: Environment) -> OperatorEntry | None:
    """What must run beside the objects of an environment; ``None`` where configuration travels as files."""
    servers = environment.servers
    if servers is None:
        return None
    return OperatorEntry(
        namespace=NAMESPACE,
        platform_namespace=environment.autoscaling.namespace if environment.autoscaling else None,
        dashboards_url=environment.dashboards_url,
        secrets_dir=environment.secrets_dir,
        retention=servers.retention,
        prometheus=_server("prometheus", servers.prometheus, environment) if servers.prometheus else None,
        alertmanager=_server("alertmanager", servers.alertmanager, environment),
        headroom=_headroom(environment.autoscaling),
    )


def _headroom(autoscaling: Autoscaling | None) -> HeadroomEntry | None:
    if autoscaling is None or autoscaling.headroom is None:
        return None
    kept = autoscaling.headroom
    return HeadroomEntry(pods=kept.pods, cpu=kept.cpu, memory=kept.memory)


def _server(name: str, server: Server, environment: Environment) -> ServerEntry:
    replicas = environment.targets.get(name, 1)
    return ServerEntry(replicas=replicas, cpu=server.cpu, memory=server.memory, disk=server.disk)


def scaler_entry(scaler: Scaler) -> ScalerEntry:
    """How a service is scaled."""
    return ScalerEntry(
        service=scaler.service,
        min_replicas=scaler.min_replicas,
        max_replicas=scaler.max_replicas,
        usual=scaler.usual,
        triggers=tuple(
            TriggerEntry(
                demand=trigger.demand.value,
                query=trigger.query.text,
                unit=trigger.demand.unit,
                per_replica=trigger.capacity.per_replica,
                capacity=trigger.capacity.value,
                basis=trigger.capacity.basis(trigger.demand),
                measured_on=trigger.capacity.measurement.machine.kind if trigger.capacity.measurement else None,
            )
            for trigger in scaler.triggers
        ),
    )


def declared_series(job: Job, service: Service | None, read: Container[str]) -> Iterator[DeclaredSeries]:
    """The series that targets expose beside those that we name.

    Args:
        job: The job of the targets.
        service: The service that it is of; its library's series and its own are all declared. None for an exporter.
        read: The names that something reads; of what a scrape has shown the others are left out.
    """
    theirs = () if service is None or service.dialect.ours else service.dialect.metrics
    found = widened({}, (*theirs, *(service.metrics if service else ())))
    named = vocabulary(dict.fromkeys((*PROCESS_METRICS, *job.metrics)))
    shown = [series for series in job.exposed if series.name in read and series.name not in named]
    for series in exposing(found, {job.name: shown}).values():
        labels = {name: tuple(sorted(values)) for name, values in sorted(series.labels.items())}
        yield DeclaredSeries(name=series.name, type=series.type.value, labels=labels)


def service_entry(service: Service) -> ServiceEntry:
    """What is declared of a service."""
    return ServiceEntry(
        name=service.name,
        owner=service.owner,
        description=service.description,
        api=service.api,
        replicas=service.replicas,
        slos=tuple(slo_entry(slo) for slo in service.slos),
        stores=tuple(StoreEntry(name=store.name, connections=store.connections) for store in service.stores),
        caches=tuple(CacheEntry(name=cache.name) for cache in service.caches),
        queues=tuple(QueueEntry(name=queue.name, most=queue.most) for queue in service.queues),
        cohorts=service.cohorts,
        components=service.components,
        pod=_pod(service.pod),
    )


def _pod(pod: Pod | None) -> PodEntry | None:
    return PodEntry(cpu=pod.cpu, memory=pod.memory, memory_limit=pod.memory_limit) if pod else None


def slo_entry(slo: Slo) -> AvailabilityEntry | LatencyEntry:
    """One objective."""
    if isinstance(slo, Latency):
        return LatencyEntry(kind="latency", objective=slo.objective, within=slo.within)
    return AvailabilityEntry(kind="availability", objective=slo.objective)


def record_entry(signal: Signal, service: Service, shown: set[tuple[str, int]]) -> RecordEntry:
    """What a signal records of a service.

    Args:
        signal: The signal.
        service: The service, or an exporter as rules watch it.
        shown: Uid and number of every panel that there is.
    """
    return RecordEntry(
        signal=signal.id,
        name=signal.record,
        labels={SERVICE: service.name, **signal.static_labels},
        unit=signal.unit.value,
        direction=signal.direction.value,
        group=f"{service.name}.{signal.group}",
        panel=PanelId(uid=signal.dashboard, id=signal.panel) if (signal.dashboard, signal.panel) in shown else None,
        empty_reason=signal.without_history or None,
    )


def timing_of(alert: Alert, plan: Plan, job: Job | None, evaluation: str, looks_back_s: float) -> AlertTiming:
    """The times of an alert; where it watches no job, as the Watchdog does, those of the usual scrape."""
    scrape = plan.environment.scrape
    return timing(
        alert,
        plan.routing,
        looks_back_s=looks_back_s,
        scrape=job.interval if job else scrape.others,
        takes=job.timeout if job else scrape.page_timeout,
        evaluation=evaluation,
    )


def alert_entry(alert: Alert, plan: Plan, times: AlertTiming) -> AlertEntry:
    """What is known of an alert beside its rule."""
    return AlertEntry(
        id=alert.id,
        name=alert.name,
        severity=alert.severity.value,
        service=alert.service,
        owner=alert.owner,
        group=alert.group,
        for_=alert.for_,
        labels=dict(alert.labels),
        channels=plan.channels_of(alert.owner, alert.severity),
        later=plan.later_channels_of(alert.owner, alert.severity),
        timing=times,
        signal=alert.signal.id if alert.signal else None,
    )
