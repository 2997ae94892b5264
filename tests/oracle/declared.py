"""What the files of ``tests/alerts`` say: what is promised of each alert, and the pasts that show it.

A file has ``CASES``, where one level that rises and falls shows an alert; ``SCENARIOS`` for whatever a level cannot
show; and ``SPECS``, what is promised of the alerts that have no case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.scenario import Scenario
from vitals.verify.oracle.alert_case import AlertCase, module_of
from vitals.verify.oracle.conditions import Statement

FOLDER = Path(__file__).parents[1] / "alerts"
Alert = tuple[str, str]
"""Its id and its service."""


@dataclass(frozen=True, slots=True)
class AlertFile:
    """One file of ``tests/alerts``.

    Attributes:
        path: Where it is.
        cases: Alerts that one level shows.
        specs: What is promised of the others.
        scenarios: Pasts of any kind.
    """

    path: Path
    cases: Sequence[AlertCase]
    specs: Mapping[Alert, Statement]
    scenarios: Sequence[Scenario]

    @property
    def statements(self) -> dict[Alert, Statement]:
        """What is promised in it, by alert."""
        return {**{(case.id, case.service): case.statement for case in self.cases}, **self.specs}


def _read(path: Path) -> AlertFile:
    module = module_of(path)
    found = AlertFile(
        path, getattr(module, "CASES", ()), getattr(module, "SPECS", {}), getattr(module, "SCENARIOS", ())
    )
    assert found.cases or found.scenarios, f"{path.name} has neither CASES nor SCENARIOS, so it shows no alert"
    return found


FILES: Mapping[str, AlertFile] = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.py"))}
"""By name, which is that of the alert or of the subject."""
CASES: tuple[AlertCase, ...] = tuple(case for file in FILES.values() for case in file.cases)
STATEMENTS: Mapping[Alert, Statement] = {
    alert: statement for file in FILES.values() for alert, statement in file.statements.items()
}
HOMES: Mapping[Alert, Path] = {alert: file.path for file in FILES.values() for alert in file.statements}
"""The file that says what is promised of an alert."""
