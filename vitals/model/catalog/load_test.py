"""How a service is load-tested: which endpoints, by how many users, and where the search for its limit begins."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT

Endpoint = Annotated[str, StringConstraints(pattern=r"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[^\s?]*$")]
"""A method and a route, as the load test names its requests: ``GET /api/users/{user_id}/trends``."""


@dataclass(frozen=True, config=STRICT)
class LoadTest:
    """The load tests of a service; each objective (SLO) is a mark for every endpoint.

    Attributes:
        endpoints: What is asked; a load test that asks for another endpoint fails, for nothing says how fast it must
            be.
        normal_users: Users at once on a usual day.
        peak_users: Users at once in the busiest hour.
        stress_from: Arrivals per second with which the search for the limit begins; the service must bear them.
    """

    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1, strict=False)]
    normal_users: Annotated[int, Field(ge=1, le=100_000)]
    peak_users: Annotated[int, Field(ge=1, le=100_000)]
    stress_from: Annotated[float, Field(gt=0)]

    @field_validator("endpoints")
    @classmethod
    def _each_once(cls, endpoints: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({one for one in endpoints if endpoints.count(one) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is named twice. Name each endpoint once")
        return endpoints

    @model_validator(mode="after")
    def _peak_is_higher(self) -> LoadTest:
        if self.peak_users <= self.normal_users:
            raise ValueError(
                f"peak_users ({self.peak_users}) is not above normal_users ({self.normal_users}), so the two tests "
                "would be the same. Raise peak_users"
            )
        return self
