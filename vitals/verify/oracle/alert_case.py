"""The test of one alert in one file of ``tests/alerts/``: what is promised about it, and a level that breaks it.

A file has ``CASES``, one for each service that has the alert. Three runs are made of a case: the level rises over the
bound and falls again, it stays just under the bound, and its series vanish while it is high. A level creeps, so that
the moment at which it crosses the bound says where the bound lies.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from vitals.verify.oracle.conditions import Condition, Statement, gap_of
from vitals.verify.oracle.levels import Following, Level, creeping, staying

EVALUATED = 15
"""Seconds between two evaluations, and between two samples where a case says nothing else."""
HEALTHY = 600
"""Seconds of a healthy level before anything happens, and of its way to the high one, where a case says nothing."""
HIGH = 1200
"""Seconds for which the high level lasts at least, and for which it is followed afterwards."""


class Shows(StrEnum):
    """What a run of a level shows."""

    RISE = "rises and falls"
    UNDER = "stays under"
    VANISHING = "vanishes"
    FEW = "is high with hardly any traffic"


@dataclass(frozen=True, slots=True)
class LevelRun:
    """One run of a case, as promtool gets it.

    Attributes:
        shows: What it shows.
        series: Tokens by series, one for each step of the case.
        lasts: Seconds from the first to the last evaluation.
        fires_by: The second by which the alert fires; ``None`` where it must not.
        quiet_until: It has not fired before this second.
    """

    shows: Shows
    series: Mapping[str, list[str]]
    lasts: int
    fires_by: int | None = None
    quiet_until: int = 0


@dataclass(frozen=True, slots=True)
class AlertCase:
    """One alert of one service. Numbers are written by hand from what was agreed, never read from the rule.

    Attributes:
        id: Its id.
        name: Its name.
        severity: How urgent it is.
        service: The service or exporter.
        condition: What must be so, counted from raw samples.
        for_: For how many seconds.
        record: The recorded signal that the rule compares with the first bound of ``condition``; empty for a rule that
            reads nothing recorded.
        events: The recorded rate of events, where the rule asks for minimum events as well.
        more_than: That many events in five minutes are not enough.
        scraped: How the level is scraped.
        low: A healthy level.
        under: A level at the bound or just under it, which may stay for ever.
        high: A level over it.
        summary: The whole summary when the high level has settled.
        labels: The labels by which series are distinguished, each with its value in ``scraped``.
        every: Seconds between two scrapes.
        few: How the high level is scraped while there is hardly any traffic, where the alert has minimum events.
        warm: Seconds of a healthy level before.
        creeps: Seconds of the way from low to high; 0 for what is either the one or the other.
        holds: Seconds that the high level lasts; by default so long that the alert has long fired.
        stays: Whether the level is a number of events so far, which is stepped up and does not fall.
        after: Seconds that it is followed after the fall, or after its series vanished.
    """

    id: str
    name: str
    severity: str
    service: str
    condition: Condition
    for_: int
    scraped: Sequence[Following]
    low: float
    under: float
    high: float
    summary: str
    record: str = ""
    events: str = ""
    more_than: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    every: int = EVALUATED
    few: Sequence[Following] = ()
    warm: int = HEALTHY
    creeps: int = HEALTHY
    holds: int = 0
    stays: bool = False
    after: int = HIGH

    @property
    def statement(self) -> Statement:
        """The promise, as the oracle reads it."""
        gap = gap_of(self.every) if self.severity == "critical" else None
        return Statement(self.name, self.severity, self.condition, self.for_, tuple(self.labels), gap=gap)

    def runs(self) -> tuple[LevelRun, ...]:
        """It rises and falls, stays just under the bound, vanishes; and is high with hardly any traffic."""
        rises = self._rises()
        by = self.warm + (2 * EVALUATED if self.stays else self.creeps + self._high_for - EVALUATED)
        falls = self._staying(self.high if self.stays else self.low, self.after)
        steady = self.warm + self._high_for
        few = [self._run(Shows.FEW, self._staying(self.high, steady), self.few)] if self.few else []
        return (
            self._run(Shows.RISE, [*rises, *falls], self.scraped, by, self.warm - EVALUATED),
            self._run(Shows.UNDER, self._staying(self.under, steady), self.scraped),
            self._run(Shows.VANISHING, [*rises, *self._staying(None, self.after)], self.scraped, by),
            *few,
        )

    @property
    def _high_for(self) -> int:
        return self.holds or max(HIGH, 2 * self.for_)

    def _rises(self) -> list[float | None]:
        rise: Level = [] if self.stays else creeping(self.low, self.high, self.creeps, self.every)
        return [*self._staying(self.low, self.warm), *rise, *self._staying(self.high, self._high_for)]

    def _staying(self, level: float | None, seconds: int) -> Level:
        return staying(level, seconds, self.every)

    def _run(
        self, shows: Shows, level: Level, scraped: Sequence[Following], by: int | None = None, quiet_until: int = 0
    ) -> LevelRun:
        series = {name: values for one in scraped for name, values in one(level, self.every).items()}
        return LevelRun(shows, series, (len(level) - 1) * self.every, by, quiet_until)


def cases_of(file: Path) -> Sequence[AlertCase]:
    """The cases of a file, which is run for them.

    Raises:
        ImportError: It is not a file of Python.
        AttributeError: It has no ``CASES``.
        Exception: Whatever the file raises.
    """
    cases: Sequence[AlertCase] = module_of(file).CASES
    return cases


def module_of(file: Path) -> ModuleType:
    """Run a file.

    Raises:
        ImportError: It is not a file of Python.
        Exception: Whatever the file raises.
    """
    name = f"{file.parent.parent.name}.{file.parent.name}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a file of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass of the file looks its module up
    spec.loader.exec_module(module)
    return module
