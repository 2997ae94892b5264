"""How a service grows with its load: what it is scaled on, how far, and the capacity per replica.

What a replica bears should be measured (:mod:`vitals.model.catalog.measured`). Until it has been measured, the number
is an assumption and is written as one, with its reason; it is called so wherever it is used, and an environment must
accept such numbers by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.demand import AnyDemand, OwnDemand
from vitals.model.catalog.fields import STRICT, Name, Sentence, Share, share
from vitals.model.catalog.servers import Bytes, Cpu


@dataclass(frozen=True, config=STRICT)
class AssumedCapacity:
    """The capacity per replica, as it is assumed.

    Attributes:
        value: Requests per second, tasks that wait, or requests in flight.
        reason: Why this number.
    """

    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    reason: Sentence


def assumed(value: float, reason: str) -> AssumedCapacity:
    """What one replica bears until it is measured: requests per second, tasks that wait, or requests in flight."""
    return AssumedCapacity(value=float(value), reason=reason)


@dataclass(frozen=True, config=STRICT)
class ReplicaLimits:
    """Between which numbers of replicas a service is scaled.

    Attributes:
        min_replicas: Replicas that always run.
        max_replicas: Replicas that run at most; what stands behind the service must bear that many.
    """

    min_replicas: Annotated[int, Field(ge=1)]
    max_replicas: Annotated[int, Field(le=1000)]

    @model_validator(mode="after")
    def _has_room(self) -> ReplicaLimits:
        if self.max_replicas <= self.min_replicas:
            raise ValueError(
                f"max_replicas ({self.max_replicas}) is not above min_replicas ({self.min_replicas}), so the service "
                "would never grow. "
                "Allow more replicas, or leave scaling out"
            )
        return self


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Scaling(ReplicaLimits):
    """How many replicas of a service run.

    Attributes:
        on: What it is scaled on, and how much of it one replica bears.
        grow_at: The share of its capacity at which a replica is full. Growing takes up to a minute, so with ``75%``
            load may rise by a third meanwhile, and the objective still holds.
    """

    on: Annotated[Mapping[AnyDemand, AssumedCapacity], Field(min_length=1)]
    grow_at: Share = "75%"

    @property
    def own(self) -> tuple[OwnDemand, ...]:
        """The demands that metrics of the service's own count."""
        return tuple(one for one in self.on if isinstance(one, OwnDemand))

    @field_validator("on")
    @classmethod
    def _named_apart(cls, on: Mapping[AnyDemand, AssumedCapacity]) -> Mapping[AnyDemand, AssumedCapacity]:
        names = [one.value for one in on]
        twice = sorted({name for name in names if names.count(name) > 1 or names.count(f"{name}-forecast") > 0})
        if twice:
            raise ValueError(
                f"two demands are called {', '.join(twice)}, so one trigger would hide the other. Say unit"
            )
        return on

    @field_validator("grow_at")
    @classmethod
    def _sensible(cls, grow_at: str) -> str:
        if not share(grow_at) >= LEAST_FULL:
            raise ValueError(
                f"grow_at {grow_at} calls a replica full when most of it idles, so the service would run more than "
                f"twice the replicas that it needs. Write {LEAST_FULL:.0%} or more"
            )
        return grow_at


LEAST_FULL = 0.5
"""Below half, one replica more would halve the load of each, and every step up would be followed by one down."""


@dataclass(frozen=True, config=STRICT)
class Headroom:
    """Room that is kept on the nodes, so that new replicas start at once and need not wait minutes for a node.

    Pods that do nothing hold it; they give way to whatever has work.

    Attributes:
        pods: How many of them.
        cpu: What each of them holds: as much as a replica asks for.
        memory: What each of them holds.
    """

    pods: Annotated[int, Field(ge=1, le=100)]
    cpu: Cpu
    memory: Bytes


@dataclass(frozen=True, config=STRICT)
class Autoscaling:
    """What an environment's autoscaler works with.

    Attributes:
        prometheus_url: Where it asks for the load; an address inside the cluster.
        namespace: Where the services run.
        accept_assumed_capacity: Whether services may be scaled by numbers that were not measured.
        accept_laptop_capacity: Whether services may be scaled by numbers that were measured on a laptop.
        limits: Numbers of replicas that differ here, by service.
        headroom: Room kept on the nodes; ``None`` where new replicas wait for a node.
    """

    prometheus_url: Annotated[str, StringConstraints(pattern=r"^http://[a-z0-9.-]+:\d+$")]
    namespace: Name
    accept_assumed_capacity: bool = False
    accept_laptop_capacity: bool = False
    limits: Mapping[Name, ReplicaLimits] = Field(default_factory=dict)
    headroom: Headroom | None = None
