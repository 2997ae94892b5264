"""The test of one alert in one file of ``tests/alerts/``: what is promised about it, and a level that breaks it.

A file has ``CASES``, one for each service that has the alert. Three scenarios are made of a case: the level rises over
the bound and falls again, it stays just under the bound, and its series vanish while it is high.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitals.verify.oracle.conditions import Condition, Statement
from vitals.verify.oracle.levels import Following

FOLDER = Path(__file__).parents[3] / "tests" / "alerts"


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
    every: int = 15
    few: Sequence[Following] = ()

    @property
    def statement(self) -> Statement:
        """The promise, as the oracle reads it."""
        return Statement(self.name, self.severity, self.condition, self.for_, tuple(self.labels))


def declared(folder: Path = FOLDER) -> list[AlertCase]:
    """The cases of every file of a folder below ``tests``."""
    found: list[AlertCase] = []
    for file in sorted(folder.glob("*.py")):
        found += importlib.import_module(f"tests.{folder.name}.{file.stem}").CASES
    return found
