"""Lives of an API that break each of its promises, one after the other, and some that just do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitals.verify.oracle.objectives import ApiTerms
from vitals.verify.oracle.traffic import Replica, TrafficPhase, dead, forgetful, serving, unknown, untried

HOUR, DAY = 3600, 86400
BUSY = 20
"""Requests per second: so many that one bad one is none."""
LONG_STEP = 30
"""Seconds between two samples of long lives: the fewest that a rate over one minute can have."""
MOST_FAILING = 0.89
"""A little less than an outage, which is another alert's business."""
PAGES, WARNS = 6.1, 3.1
"""A little faster than the slowest pace at which a budget pages, and than the first at which it warns."""


@dataclass(frozen=True, slots=True)
class ServiceLife:
    """What becomes of a service.

    Attributes:
        name: It in words.
        replicas: The lives of its replicas.
        lasts: Seconds that it is followed.
        evaluated: Seconds between two evaluations; budgets are counted in slots of 300, which they must meet.
        step: Seconds between two samples.
    """

    name: str
    replicas: Sequence[Replica]
    lasts: float
    evaluated: int
    step: int

    @property
    def last(self) -> int:
        """The second of the last evaluation."""
        return int(self.lasts // self.evaluated) * self.evaluated

    def series(self, service: str, scraped: int) -> dict[str, list[str]]:
        """Its samples: tokens of promtool's notation by series.

        Args:
            service: Its name.
            scraped: Seconds between two scrapes.
        """
        found: dict[str, list[str]] = {}
        for replica in self.replicas:
            found |= replica.series(service, step=self.step, interval=max(self.step, scraped))
        return found


def spends(terms: ApiTerms, slo: str, rate: float) -> bool:
    """Whether a budget can be spent at a pace: not where more requests than all of them would have to be bad."""
    share, most = {"availability": (terms.failed_share, MOST_FAILING), "latency": (terms.slow_share, 1.0)}[slo]
    return share is not None and rate * share <= most


def lives(terms: ApiTerms) -> tuple[ServiceLife, ...]:
    """Every life of a service that promises this."""
    return (*_outages(terms), *_budgets(terms))


def _of(terms: ApiTerms, phases: Sequence[TrafficPhase], *names: str) -> tuple[Replica, ...]:
    """Replicas that show the one bucket of response times that is asked for: more would cost and change nothing."""
    return tuple(Replica(name, phases, buckets=(terms.within,) if terms.within else ()) for name in names)


def _outages(terms: ApiTerms) -> tuple[ServiceLife, ...]:
    def life(name: str, *phases: TrafficPhase) -> ServiceLife:
        whole = sum(phase.seconds for phase in phases)
        return ServiceLife(name, _of(terms, phases, "a", "b"), whole - terms.scraped, terms.scraped, terms.scraped)

    before, after = serving(602, BUSY), serving(600, BUSY)
    slower = terms.scraped / 5  # evidence is counted in scrapes, so at longer intervals it takes longer
    return (
        life("every request fails, then all is well", before, serving(120 * slower, BUSY, failing=1), after),
        life("a little less than an outage", before, serving(300, BUSY, failing=MOST_FAILING), after),
        life("three of four clients leave", before, serving(300, BUSY, left=0.75), after),
        life("every replica dies and comes back", before, dead(150 * slower), after),
        life("it leaves discovery and comes back", before, unknown(180), after),
        life("scrapes are missed for a minute", before, untried(60, BUSY), after),
        life("its metrics vanish while it is scraped", before, forgetful(700, BUSY)),
    )


def _budgets(terms: ApiTerms) -> tuple[ServiceLife, ...]:
    def burning(seconds: float, rate: float) -> TrafficPhase:
        """Each budget burns so many times too fast, as far as there are requests."""
        failing = min(rate * (terms.failed_share or 0), MOST_FAILING)
        slow = min(rate * (terms.slow_share or 0), 1.0)
        return serving(seconds, BUSY, failing=failing, slow=slow, takes=2 * terms.within)

    def life(name: str, *phases: TrafficPhase, evaluated: int = 60) -> ServiceLife:
        whole = sum(phase.seconds for phase in phases)
        step = max(LONG_STEP, terms.scraped)
        return ServiceLife(name, _of(terms, phases, "a"), whole - evaluated, evaluated, step)

    fine = serving(HOUR, BUSY)
    return (
        life(
            "just over the first bound: 14.6 for an hour, then all is well", fine, burning(4500, 14.6), burning(900, 0)
        ),
        life("just under both bounds: 14.2 for an hour", fine, burning(4500, 14.2)),
        life(f"just over the second bound: {PAGES} for six hours", burning(6.2 * HOUR, PAGES), evaluated=100),
        life(f"just over the third bound: {WARNS} for a day", burning(1.02 * DAY, WARNS), evaluated=300),
        life("just under the third bound: 2.9 for a day", burning(1.02 * DAY, 2.9), evaluated=300),
    )
