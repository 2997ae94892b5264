"""``load.json``: how services are load-tested, and the marks that a run must keep."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vitals.rendered.entry import Entry
from vitals.rendered.services import AvailabilityEntry, LatencyEntry


class LoadMark(Entry):
    """What must hold of the requests to an endpoint.

    Attributes:
        endpoint: ``GET /api/dashboard``; None for all requests of the run together, which is what the objective is of.
        slo: The objective.
    """

    endpoint: str | None
    slo: Annotated[AvailabilityEntry | LatencyEntry, Field(discriminator="kind")]


class ServiceLoad(Entry):
    """How a service is load-tested.

    Attributes:
        service: Its name.
        normal_users: Users at once on a usual day.
        peak_users: Users at once in the busiest hour.
        stress_from: Arrivals per second with which the search for the limit begins.
        marks: What every run must keep.
    """

    service: str
    normal_users: int
    peak_users: int
    stress_from: float
    marks: tuple[LoadMark, ...]

    @property
    def endpoints(self) -> frozenset[str]:
        """The endpoints for which there is a mark."""
        return frozenset(mark.endpoint for mark in self.marks if mark.endpoint)


class LoadMarks(Entry):
    """Every service of an environment that is load-tested."""

    services: tuple[ServiceLoad, ...]
