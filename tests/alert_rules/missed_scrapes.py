"""A scenario in which scrapes are missed: the same lives of the same targets, seen with holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.oracle.scenario import Sampled, Scenario
from vitals.verify.oracle.traffic import MISSING, STALE

PERIOD, MISSED = 32, {15, 30, 31}
"""Of so many scrapes these are missed: a single one, and two in a row. That is 9 %, far below the fifth at which
ScrapesMissed fires."""
REFUSED = "0.001"
"""How long a scrape takes whose connection is refused, in seconds."""


@dataclass(frozen=True, slots=True)
class WithMissedScrapes:
    """A process some of whose scrapes fail, as Prometheus stores them.

    ``up`` is 0, the duration is that of a refused connection, and everything that the target exposes ends for one
    scrape. What is recorded already is not a sample of a scrape, and stays.

    Attributes:
        seen: The process.
    """

    seen: Sampled

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:
        """The series of the process, with holes."""
        return {
            series: tokens if is_recorded(series) else self._holed(series.partition("{")[0], tokens, step, interval)
            for series, tokens in self.seen.series(service, step=step, interval=interval).items()
        }

    def _holed(self, name: str, tokens: Sequence[str], step: int, interval: int) -> list[str]:
        failed = {"up": "0", "scrape_duration_seconds": REFUSED}.get(name, STALE)
        return [
            failed if token not in (MISSING, STALE) and number * step // interval % PERIOD in MISSED else token
            for number, token in enumerate(tokens)
        ]


def is_recorded(series: str) -> bool:
    """Whether a series is what a rule recorded."""
    return ":" in series.partition("{")[0]


def with_holes(scenario: Scenario) -> Scenario:
    """The scenario with some scrapes missed, of every target at once."""
    return replace(
        scenario,
        name=f"{scenario.name}, with scrapes missed",
        replicas=[WithMissedScrapes(replica) for replica in scenario.replicas],
    )
