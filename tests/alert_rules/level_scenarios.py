"""Scenarios of one level that rises and falls.

Machines, containers and programs are watched by levels: a share in use, a number that should be zero. One kind of
alert needs three scenarios, and they differ in numbers only: it creeps over the bound and falls again, it stays at the
bound or just under it, and its series vanish while it is high. A level creeps, so that the moment at which it crosses
the bound says where the bound lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.levels import Following, Level

STEP = 15
"""Seconds between two evaluations, and between two samples where a kind says nothing else."""
WARM, CREEP = 600, 600
"""Seconds of a healthy level before anything happens, and of its way to the high one."""


def levels(*spans: tuple[float | None, int], step: int = STEP) -> Level:
    """The level at each step, from spans of a level and its seconds."""
    return [level for level, seconds in spans for _ in range(seconds // step)]


def creeping(start: float, end: float, seconds: int, step: int = STEP) -> Level:
    """A level that goes steadily from one to another."""
    steps = seconds // step
    return [start + (end - start) * n / steps for n in range(steps)]


@dataclass(frozen=True, slots=True)
class Levels:
    """Series that follow a level.

    Attributes:
        shown: How the level is scraped.
        level: The level at each step.
    """

    shown: Sequence[Following]
    level: Level

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:  # noqa: ARG002 - as Process
        """Every series, a token for each step."""
        return {series: values for one in self.shown for series, values in one(self.level, step).items()}


@dataclass(frozen=True, slots=True)
class LevelScenarios:
    """What the scenarios of one kind of alert need.

    Attributes:
        alert: Its id.
        service: The exporter or service.
        shown: How the level is scraped.
        low: A healthy level.
        under: A level at the bound or just under it, which may stay for ever.
        high: A level over it.
        summary: Its summary when the level has settled.
        labels: Labels of the firing alert beside those of its rule.
        holds: Seconds that the high level lasts.
        stays: Whether the level is a number of events so far, which is stepped up and does not fall.
        warm: Seconds of a healthy level before.
        creeps: Seconds of the way from low to high; 0 for what is either the one or the other.
        after: Seconds that it is followed after the fall, or after its series vanished.
        step: Seconds between two samples, where the service is scraped more often than rules are evaluated.
        few: How the high level is scraped while there is hardly any traffic; empty where traffic plays no part.
    """

    alert: str
    service: str
    shown: Sequence[Following]
    low: float
    under: float
    high: float
    summary: str
    labels: Mapping[str, str] = field(default_factory=dict)
    holds: int = 1200
    stays: bool = False
    warm: int = WARM
    creeps: int = CREEP
    after: int = 1200
    step: int = STEP
    few: Sequence[Following] = ()

    def scenarios(self) -> tuple[Scenario, ...]:
        """It rises and falls, stays just under the bound, vanishes; and is high with hardly any traffic."""
        few = [self._with_few()] if self.few else []
        return self._rises_and_falls(), self._stays_under(), self._vanishes(), *few

    def _rises(self) -> list[float | None]:
        rise: Level = [] if self.stays else creeping(self.low, self.high, self.creeps, self.step)
        return [*self._levels(self.low, self.warm), *rise, *self._levels(self.high, self.holds)]

    def _levels(self, level: float | None, seconds: int) -> Level:
        return levels((level, seconds), step=self.step)

    def _rises_and_falls(self) -> Scenario:
        after = self._levels(self.high if self.stays else self.low, self.after)
        said = self.warm + (STEP * 2 if self.stays else self.creeps + self.holds - STEP)
        fires = Fires(self.alert, by=said, quiet_until=self.warm - STEP, summary=self.summary, labels=self.labels)
        return self._scenario("rises and falls", [*self._rises(), *after], [fires])

    def _stays_under(self) -> Scenario:
        return self._scenario("stays under", self._levels(self.under, self.warm + self.holds), proves=[Proof.UNDER])

    def _with_few(self) -> Scenario:
        high = self._levels(self.high, self.warm + self.holds)
        return replace(self, shown=self.few)._scenario("is high with hardly any traffic", high, proves=[Proof.FEW])

    def _vanishes(self) -> Scenario:
        rises = self._rises()
        by = self.warm + (STEP * 2 if self.stays else self.creeps + self.holds - STEP)
        return self._scenario(
            "vanishes", [*rises, *self._levels(None, self.after)], [Fires(self.alert, by=by)], [Proof.MISSING]
        )

    def _scenario(self, what: str, level: Level, fires: Sequence[Fires] = (), proves: Sequence[Proof] = ()) -> Scenario:
        return Scenario(
            f"{self.alert} of {self.service} {what}",
            [Levels(self.shown, level)],
            lasts=(len(level) - 1) * self.step,
            fires=fires,
            quiet=() if fires else [self.alert],
            evaluated=STEP,
            step=self.step,
            service=self.service,
            proves=proves,
        )
