"""What an environment's metrics may come to: a ceiling that the owner chose, not one that a bill taught."""

from __future__ import annotations

from pydantic import Field
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT


@dataclass(frozen=True, config=STRICT)
class Budget:
    """The most that an environment may store; a render that would come to more is refused.

    Attributes:
        series: Active series, scraped and recorded.
        samples_per_month: Samples stored in 30 days; managed back ends bill by it.
    """

    series: int = Field(gt=0)
    samples_per_month: int = Field(gt=0)
