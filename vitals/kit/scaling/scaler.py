"""What each service is scaled on, as queries, whatever autoscaler reads them.

Every query gives the load of the whole service as one number. The autoscaler divides it by the replicas itself; a query
that had divided already would shrink as the service grows and hold back the growth that it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from vitals.kit.scaling.capacity import Capacity, capacity_of
from vitals.model.catalog import (
    AnyDemand,
    Autoscaling,
    Demand,
    Environment,
    Measured,
    OwnDemand,
    ReplicaLimits,
    Scrape,
    Service,
    measured_path,
)
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, max_by, over_time, select, sum_by
from vitals.model.signals import anomaly, api, gauge, targets, tasks
from vitals_telemetry.contract import MetricType

_SERVICE = (SERVICE,)
_RATE_WINDOW = "1m"
"""How far back the rate of a counter of a service's own looks, as that of requests does."""
CONCURRENCY_WINDOW = "1m"
"""Over which requests in flight are averaged: one moment's count of a service with six in flight is off by two or three
either way, and four evaluations of 15 s halve that. It is also how far back the request rate looks."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One load that a service follows.

    Attributes:
        demand: What it is.
        query: The load of all replicas together; no answer when it is unknown.
        capacity: How much of it one replica bears, and how that is known.
        counts_what_waits: Whether it is an amount that is there, as a queue is, and not a rate of what comes.
    """

    demand: AnyDemand
    query: Expr
    capacity: Capacity
    counts_what_waits: bool = False


@dataclass(frozen=True, slots=True)
class Scaler:
    """How one service grows.

    Attributes:
        service: Its name, and that of its Deployment.
        triggers: What it follows; the largest answer wins.
        min_replicas: Replicas that always run.
        max_replicas: Replicas that run at most.
        usual: Replicas that are safe to run while the load is unknown.
        predicted: Whether the load that is to come is followed as well.
    """

    service: str
    triggers: tuple[Trigger, ...]
    min_replicas: int
    max_replicas: int
    usual: int
    predicted: bool = False


def _quiet(service: Service) -> Expr:
    """No load at all, while the service is there."""
    return 0 * (targets.UP.select(service=service.name) > 0)


def _requests(service: Service) -> Expr:
    """Requests per second; none at all while the service is there and has had no request yet."""
    return sum_by(_SERVICE, api.TRAFFIC.select(service=service.name) | _quiet(service))


def _waiting(service: Service) -> Expr:
    """Tasks that wait, in all of its queues."""
    return sum_by(_SERVICE, tasks.LENGTH.select(service=service.name))


def _in_flight(service: Service) -> Expr:
    """Requests in flight, on average; one that hangs counts as long as it hangs."""
    record = api.IN_FLIGHT.record
    return sum_by(_SERVICE, over_time("avg", record, {SERVICE: service.name}, CONCURRENCY_WINDOW))


def _is_gauge(service: Service, demand: OwnDemand) -> bool:
    return any(one.name == demand.metric and one.type is MetricType.GAUGE for one in service.metrics)


def _own(service: Service, demand: OwnDemand, scrape: Scrape) -> Expr:
    """What a metric of its own counts: zero where a counter has counted nothing yet.

    Without a gauge the load is unknown, and the autoscaler keeps the usual number of replicas.
    """
    of = {SERVICE: service.name, **dict(demand.where)}
    total = max_by if demand.each_has_all else sum_by
    back = gauge.window(service, scrape)
    if _is_gauge(service, demand):
        return total(_SERVICE, over_time("last", demand.metric, of, back))
    rate = call("rate", select(demand.metric, of, window=max(_RATE_WINDOW, back, key=seconds)))
    return total(_SERVICE, rate) | _quiet(service)


LOAD: Mapping[Demand, Callable[[Service], Expr]] = {
    Demand.REQUESTS: _requests,
    Demand.QUEUE: _waiting,
    Demand.CONCURRENCY: _in_flight,
}
"""How each demand is asked of the metrics."""


def scalers(
    services: Iterable[Service], environment: Environment, measured: Mapping[str, Measured] | None = None
) -> tuple[Scaler, ...]:
    """The scalers of an environment, in the order of its services; none where it has no autoscaler.

    Args:
        services: All services.
        environment: Where they run.
        measured: What was measured there, by service.

    Raises:
        VitalsError: A service would be scaled by a number that the environment does not accept: an assumed one, or one
            that was measured on a laptop.
    """
    if environment.autoscaling is None:
        return ()
    known, limits = measured or {}, environment.autoscaling.limits
    predicted = anomaly.EXPORTER in environment.exporters
    found = tuple(
        replace(scaler, predicted=predicted)
        for service in services
        for scaler in _of(service, environment.scrape, known.get(service.name), limits.get(service.name))
    )
    _accept(found, environment, environment.autoscaling)
    return found


def _of(service: Service, scrape: Scrape, measured: Measured | None, limits: ReplicaLimits | None) -> Iterable[Scaler]:
    scaling = service.scaling
    if scaling is None:
        return
    triggers = (
        Trigger(
            demand,
            LOAD[demand](service) if isinstance(demand, Demand) else _own(service, demand, scrape),
            capacity_of(scaling, demand, measured),
            demand is Demand.QUEUE or (isinstance(demand, OwnDemand) and _is_gauge(service, demand)),
        )
        for demand in sorted(scaling.on, key=lambda one: one.value)
    )
    within = limits or scaling
    least, most = within.min_replicas, within.max_replicas
    yield Scaler(service.name, tuple(triggers), least, most, usual=min(max(service.replicas, least), most))


def _accept(found: Iterable[Scaler], environment: Environment, autoscaling: Autoscaling) -> None:
    """Refuse numbers that an environment does not scale by."""
    assumed: dict[str, list[str]] = {}
    on_laptop: list[str] = []
    for scaler in found:
        for trigger in scaler.triggers:
            measurement = trigger.capacity.measurement
            if measurement is None:
                assumed.setdefault(scaler.service, []).append(trigger.demand.value)
            elif measurement.machine.kind == "laptop" and scaler.service not in on_laptop:
                on_laptop.append(scaler.service)
    if assumed and not autoscaling.accept_assumed_capacity:
        names = ", ".join(f"{name} ({', '.join(demands)})" for name, demands in assumed.items())
        raise EntryError(
            environment,
            f", field autoscaling: {names} would be scaled by what one replica is assumed to bear. If the assumption "
            "is too high, the service grows too late. Measure it with `vitals capacity`, or write "
            "accept_assumed_capacity=True.",
        )
    if on_laptop and not autoscaling.accept_laptop_capacity:
        files = ", ".join(measured_path(environment.name, name) for name in on_laptop)
        raise EntryError(
            environment,
            f", field autoscaling: {', '.join(on_laptop)} would be scaled by what one replica bears on a laptop "
            f"({files}). The nodes here are others, so the service would grow too late or too early. Measure it "
            "here with `vitals capacity`, or remove the file to go back to what is assumed.",
        )
