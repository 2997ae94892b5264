"""What a service is asked to do: what it is scaled on, and what its capacity is measured in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT


class Demand(StrEnum):
    """A demand grows with the users of a service and not with its replicas.

    Attributes:
        REQUESTS: Requests that are answered, per second. It stands still when replicas can do no more.
        QUEUE: Tasks that wait, in all queues of the service.
        CONCURRENCY: Requests that have begun and not ended. It goes on rising when replicas can do no more.
    """

    REQUESTS = "requests"
    QUEUE = "queue"
    CONCURRENCY = "concurrency"

    @property
    def unit(self) -> str:
        """What one of it is, for a person."""
        return {"requests": "requests/s", "queue": "waiting tasks", "concurrency": "requests in flight"}[self.value]


@dataclass(frozen=True, config=STRICT)
class OwnDemand:
    """A demand that a metric of the service's own counts, where requests and tasks do not say what it has to do.

    Attributes:
        metric: The metric, which the service declares: a counter is asked for its rate, a gauge for its value.
        unit: What one of it is, for a person, in the plural; also how the demand is called.
        where: Which of its series count, by label.
        each_has_all: Whether every replica exposes the whole, as for a table that all of them count. Then the highest
            value is the load; else it is the sum over the replicas.
    """

    metric: str
    unit: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z ]{1,28}[a-z]$")]
    where: tuple[tuple[str, str], ...] = ()
    each_has_all: bool = False

    @property
    def value(self) -> str:
        """Its name, as triggers are called."""
        return self.unit.replace(" ", "-")


def own(metric: str, unit: str, *, each_has_all: bool = False, **where: str) -> OwnDemand:
    """A demand that a metric of the service's own counts.

    Args:
        metric: A counter or a gauge that the service declares in ``metrics``.
        unit: What one of it is, in the plural, such as ``open baskets``.
        each_has_all: Whether every replica exposes the whole and not a part of it.
        where: Which of its series count, by label.
    """
    return OwnDemand(metric=metric, unit=unit, where=tuple(sorted(where.items())), each_has_all=each_has_all)


AnyDemand = Demand | OwnDemand
"""What a service may be scaled on."""
