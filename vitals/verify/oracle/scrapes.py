"""What is promised of the alerts that every target has: whether it answers, and how often.

Written by hand; nothing here is read from a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.verify.oracle.conditions import Above, Equals, Statement
from vitals.verify.oracle.measures import MINUTE
from vitals.verify.oracle.observations import Group, Observations

FIVE_MINUTES, TEN_MINUTES = 5 * MINUTE, 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Down:
    """A target that does not answer its scrape."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The targets of which that is so, by job and instance, with zero."""
        found = ((group, series.at(instant)) for group, series in world.chosen("up", ("job", "instance")))
        return {group: value for group, value in found if value == 0}


@dataclass(frozen=True, slots=True)
class Missed:
    """Of the scrapes that five minutes must hold, the share that is missing, for targets that are there all along."""

    scraped: int

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The share of the job."""
        due = FIVE_MINUTES / self.scraped
        found = []
        for _, series in world.chosen("up", ()):
            first, end = series.within(instant, FIVE_MINUTES)
            if series.at(instant) is not None and series.at(instant - FIVE_MINUTES) is not None and end > first:
                found.append((end - first) / due)
        return {(): 1 - sum(found) / len(found)} if found else {}


def target_down() -> dict[str, Statement]:
    """Any target."""
    return {"meta.target_down": Statement("TargetDown", "warning", Equals(Down(), 0), MINUTE, ("job", "instance"))}


def missed(scraped: int) -> dict[str, Statement]:
    """The scrapes of a job, seconds apart."""
    return {"meta.scrape.missed_high": Statement("ScrapesMissed", "warning", Above(Missed(scraped), 0.2), TEN_MINUTES)}
