"""How a service grows with its load: what it is scaled on, how far, and the capacity per replica.

What a replica bears should be measured. Until it has been measured, the number is an assumption and is written as
one, with its reason; it is called so wherever it is used, and an environment must accept such numbers by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, Name, Sentence


class Demand(StrEnum):
    """What a service is asked to do; each grows with its users and not with its replicas."""

    REQUESTS = "requests"
    QUEUE = "queue"


@dataclass(frozen=True, config=STRICT)
class AssumedCapacity:
    """The capacity per replica, as it is assumed.

    Attributes:
        value: Requests per second, or tasks that wait.
        reason: Why this number.
    """

    value: Annotated[float, Field(gt=0)]
    reason: Sentence


def assumed(value: float, reason: str) -> AssumedCapacity:
    """What one replica bears until it is measured: requests per second, or tasks that wait."""
    return AssumedCapacity(value=float(value), reason=reason)


@dataclass(frozen=True, config=STRICT)
class Scaling:
    """How many replicas of a service run.

    Attributes:
        on: What it is scaled on, and how much of it one replica bears.
        min_replicas: Replicas that always run.
        max_replicas: Replicas that run at most; what stands behind the service must bear that many.
    """

    on: Annotated[Mapping[Demand, AssumedCapacity], Field(min_length=1)]
    min_replicas: Annotated[int, Field(ge=1)]
    max_replicas: Annotated[int, Field(le=1000)]

    @model_validator(mode="after")
    def _has_room(self) -> Scaling:
        if self.max_replicas <= self.min_replicas:
            raise ValueError(
                f"max_replicas ({self.max_replicas}) is not above min_replicas ({self.min_replicas}), so the service "
                "would never grow. "
                "Allow more replicas, or leave scaling out"
            )
        return self


@dataclass(frozen=True, config=STRICT)
class Autoscaling:
    """What an environment's autoscaler works with.

    Attributes:
        prometheus_url: Where it asks for the load; an address inside the cluster.
        namespace: Where the services run.
        accept_assumed_capacity: Whether services may be scaled by numbers that were not measured.
    """

    prometheus_url: Annotated[str, StringConstraints(pattern=r"^http://[a-z0-9.-]+:\d+$")]
    namespace: Name
    accept_assumed_capacity: bool = False
