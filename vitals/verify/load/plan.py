"""What a generator is asked to do, as data: closed users that stay, or arrivals by the clock."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

REQUEST_TIMEOUT_S = 10.0
"""A request without an answer after so long has failed, and an arrival that waited so long for a worker is given up:
users do not look at a loading page for longer."""


class ArrivalStep(BaseModel):
    """One rate of arrivals.

    Attributes:
        rate: Arrivals per second, all users together; each begins one task.
        lasts_s: Seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: float = Field(gt=0)
    lasts_s: float = Field(gt=0)


class GeneratorPlan(BaseModel):
    """What the generator does.

    Attributes:
        host: Base URL.
        locustfile: The file that holds the users.
        classes: Names of the user classes that take part; empty for all.
        users: Closed users, or workers that send arrivals.
        ramp_s: Seconds until all of them are there.
        steps: Arrivals; empty for closed users.
        duration_s: Seconds in all.
        interval_s: Seconds between two reports.
        seed: Of arrivals and of the choice of tasks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    locustfile: Path
    classes: tuple[str, ...] = ()
    users: int = Field(ge=1)
    ramp_s: float = Field(ge=0)
    steps: tuple[ArrivalStep, ...] = ()
    duration_s: float = Field(gt=0)
    interval_s: float = Field(gt=0)
    seed: int

    def rate_at(self, seconds: float) -> float | None:
        """Arrivals per second that are planned for a moment; None for closed users, and after the last step."""
        end = 0.0
        for step in self.steps:
            end += step.lasts_s
            if seconds < end:
                return step.rate
        return None
