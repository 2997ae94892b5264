"""What each service is scaled on, as queries, whatever autoscaler reads them.

Every query gives the load of the whole service as one number. The autoscaler divides it by the replicas itself; a query
that had divided already would shrink as the service grows and hold back the growth that it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.model.catalog import Demand, Environment, Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, sum_by
from vitals.model.signals import api, targets, tasks

_SERVICE = (SERVICE,)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One load that a service follows.

    Attributes:
        demand: What it is.
        query: The load of all replicas together; no answer when it is unknown.
        per_replica: How much of it one replica bears.
        reason: Why that number is assumed.
    """

    demand: Demand
    query: Expr
    per_replica: float
    reason: str


@dataclass(frozen=True, slots=True)
class Scaler:
    """How one service grows.

    Attributes:
        service: Its name, and that of its Deployment.
        triggers: What it follows; the largest answer wins.
        min_replicas: Replicas that always run.
        max_replicas: Replicas that run at most.
        usual: Replicas that are safe to run while the load is unknown.
    """

    service: str
    triggers: tuple[Trigger, ...]
    min_replicas: int
    max_replicas: int
    usual: int


def _requests(service: Service) -> Expr:
    """Requests per second; none at all while the service is there and has had no request yet."""
    quiet = 0 * (targets.UP.select(service=service.name) > 0)
    return sum_by(_SERVICE, api.TRAFFIC.select(service=service.name) | quiet)


def _waiting(service: Service) -> Expr:
    """Tasks that wait, in all of its queues."""
    return sum_by(_SERVICE, tasks.LENGTH.select(service=service.name))


LOAD: Mapping[Demand, Callable[[Service], Expr]] = {Demand.REQUESTS: _requests, Demand.QUEUE: _waiting}
"""How each demand is asked of the metrics."""


def scalers(services: Iterable[Service], environment: Environment) -> tuple[Scaler, ...]:
    """The scalers of an environment, in the order of its services; none where it has no autoscaler.

    Raises:
        VitalsError: A service would be scaled by a number that was not measured, and the environment does not accept
            that.
    """
    if environment.autoscaling is None:
        return ()
    found = tuple(scaler for service in services for scaler in _of(service))
    if found and not environment.autoscaling.accept_assumed_capacity:
        names = ", ".join(scaler.service for scaler in found)
        raise VitalsError(
            f"Environment {environment.name!r}, field autoscaling: {names} would be scaled by what one replica is "
            "assumed to bear. If the assumption is too high, the service grows too late. Measure it, or write "
            "accept_assumed_capacity=True."
        )
    return found


def _of(service: Service) -> Iterable[Scaler]:
    scaling = service.scaling
    if scaling is None:
        return
    triggers = (
        Trigger(demand, LOAD[demand](service), capacity.value, capacity.reason)
        for demand, capacity in sorted(scaling.on.items())
    )
    yield Scaler(service.name, tuple(triggers), scaling.min_replicas, scaling.max_replicas, service.replicas)
