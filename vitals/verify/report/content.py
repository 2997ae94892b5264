"""What a report says, before it is Markdown or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vitals.verify.backtest import PairOutcome
from vitals.verify.changes import Area, Ranked
from vitals.verify.changes.change import Consequence
from vitals.verify.changes.report import NOTHING
from vitals.verify.report.pictures import DashboardPictures
from vitals.verify.report.problems import NewProblem
from vitals.verify.review import Gravity


@dataclass(frozen=True)
class DayOutcome:
    """What an alert does on the bad day in one environment, and the others in which it changed."""

    environment: str
    outcome: PairOutcome
    also: tuple[str, ...]


@dataclass(frozen=True)
class PullRequestReport:
    """Everything that a report says.

    Attributes:
        base: The commit that is compared with.
        head: The commit that is described.
        changes: What changed, ranked.
        pictures: Each changed dashboard.
        problems: What the change brings.
        accepted: How many problems of it are accepted.
        outcomes: What changed alerts do on the bad day.
        unjudged: Names of changed alerts that were not asked, being too many.
        dollars: What the managed back end costs more in a month, by environment.
    """

    base: str
    head: str
    changes: Ranked
    pictures: Sequence[DashboardPictures] = ()
    problems: Sequence[NewProblem] = ()
    accepted: int = 0
    outcomes: Sequence[DayOutcome] = ()
    unjudged: Sequence[str] = ()
    dollars: Mapping[str, float] = field(default_factory=dict)

    @property
    def weaker(self) -> int:
        """How many changes take something away or weaken it."""
        return sum(one.consequence >= Consequence.WEAKER for one, _ in self.changes)

    @property
    def of_people(self) -> Ranked:
        """What changes for whom: everything but what is only looked at, paid or worded."""
        return [
            (one, where)
            for one, where in self.changes
            if one.area not in (Area.DASHBOARDS, Area.COST, Area.OTHER) and one.consequence > Consequence.WORDED
        ]

    @property
    def of_cost(self) -> Ranked:
        """What storing costs."""
        return [(one, where) for one, where in self.changes if one.area is Area.COST]

    @property
    def details(self) -> Ranked:
        """Everything else."""
        shown = {id(one) for one, _ in (*self.of_people, *self.of_cost)}
        return [(one, where) for one, where in self.changes if id(one) not in shown]

    @property
    def verdict(self) -> str:
        """The one sentence that a reviewer reads first."""
        if not self.changes and not self.pictures:
            return NOTHING
        alerts = {one.subject for one, _ in self.of_people if one.area is Area.ALERTS}
        errors = sum(one.defect.gravity is Gravity.ERROR for one in self.problems)
        said = [
            _counted(self.weaker, "change removes or weakens something", "changes remove or weaken something"),
            _counted(len(alerts), "alert changes", "alerts change"),
            _counted(len(self.problems), "new problem", "new problems")
            + (f" ({errors} of them an error)" * (errors > 0)),
            _counted(len(self.pictures), "dashboard looks different", "dashboards look different"),
            *(f"{dollars:+,.2f} USD a month in {name}" for name, dollars in list(self.dollars.items())[:1]),
        ]
        return "; ".join(one for one in said if one) + "."


def _counted(count: int, one: str, several: str) -> str:
    if not count:
        return f"no {one}" if one.startswith("new") else ""
    return f"{count} {one if count == 1 else several}"
