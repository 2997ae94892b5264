"""Tests of alerts that say in Python what must be so: the oracle knows from them when an alert fires.

One file of ``tests/alerts`` states an alert again, by hand, and a level that breaks it. promtool is held to the oracle
at every evaluation: as the level rises over the bound and falls, stays at the bound, and as its series vanish.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import AlertEntry, Rendered, RuleGroupEntry
from vitals.verify.oracle.alert_case import EVALUATED, AlertCase, LevelRun, Shows, cases_of
from vitals.verify.oracle.conditions import Firing
from vitals.verify.oracle.expected import expected_firing
from vitals.verify.project.expectations import ExpectedAlert, expectations
from vitals.verify.project.promtool_test import complaint_about, fullest, one_test

PLACE = "tests/alerts"
_LABEL = re.compile(r"\{\{ \$labels\.(\w+) \}\}")


def found(project: Path) -> list[Path]:
    """Every such file of a project, by path."""
    files = sorted((project / PLACE).glob("*.py"))
    return [file for file in files if not file.name.startswith(("_", "test_", "conftest"))]


def check(file: Path, rendered: Path) -> None:
    """Hold the rules to each case of a file, in the environment that has most rules.

    Args:
        file: A module with ``CASES``.
        rendered: Holds one folder for each environment.

    Raises:
        VitalsError: The file cannot be run or has no case; a case names an alert that is not rendered, or a level that
            does not break it; promtool finds an evaluation at which the alert is not as the case says.
    """
    environment = fullest(rendered)
    for case in _cases(file):
        entry = _entry(case, environment, file)
        groups = [
            group
            for group in environment.groups()
            if group.name == entry.group or group.name.startswith(f"{case.service}.")
        ]
        tests = [_test(case, run, entry, groups, file) for run in case.runs()]
        if said := complaint_about(groups, tests, evaluated=EVALUATED):
            raise VitalsError(
                f"{file.name}: {case.name} of {case.service} does not fire as the case says, in {environment.name}. "
                f"Correct the rule or the case.\n{said}"
            )


def _cases(file: Path) -> Sequence[AlertCase]:
    try:
        cases = cases_of(file)
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
        line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
        raise VitalsError(
            f"{file.name}{f':{line}' if line else ''} cannot be run, so no alert was tested by it: "
            f"{type(error).__name__}: {error}. Correct it; it needs a tuple CASES of AlertCase."
        ) from error
    if not cases:
        raise VitalsError(f"{file.name} has no case in CASES, so it could not fail. Write one for each service.")
    return cases


def _entry(case: AlertCase, environment: Rendered, file: Path) -> AlertEntry:
    ids = {entry.id for entry in environment.model.alerts if entry.service == case.service}
    for entry in environment.model.alerts:
        if (entry.id, entry.service) == (case.id, case.service):
            return entry
    raise VitalsError(
        f"{file.name}: {case.service} has no alert with the id {case.id} in {environment.name}. Its alerts are "
        f"{', '.join(sorted(ids)) or 'none'}. Correct the id or the service, or run `vitals render`."
    )


def _test(
    case: AlertCase, run: LevelRun, entry: AlertEntry, groups: Sequence[RuleGroupEntry], file: Path
) -> dict[str, object]:
    name = f"{case.id} of {case.service} {run.shows}"
    last = run.lasts // EVALUATED * EVALUATED
    key = (case.id, case.service)
    fires = expected_firing(run.series, {key: case.statement}, step=case.every, pace=EVALUATED, lasts=last)[key]
    if denied := _denied(run, fires):
        raise VitalsError(f"{file.name}: {name}: {denied}")
    checks = expectations([ExpectedAlert(case.statement, case.service, entry.owner, fires)], last=last, pace=EVALUATED)
    said = [_summary(case, run.fires_by, entry, groups)] if run.shows is Shows.RISE and run.fires_by else []
    return one_test(name, run.series, step=case.every, checks=checks, summaries=said)


def _denied(run: LevelRun, fires: Firing) -> str:
    """Why the samples of a case do not show what they are for; empty where they do."""
    moments = [stretch for stretches in fires.values() for stretch in stretches]
    if run.fires_by is None:
        return "its samples break the condition, and here it must hold. Lower `under`." if moments else ""
    if not any(first <= run.fires_by <= last for first, last in moments):
        return "its samples never break the condition for long enough. Raise `high`, or `holds`."
    if any(first <= run.quiet_until for first, _ in moments):
        return "its samples break the condition from the start. Lower `low`."
    return ""


def _summary(case: AlertCase, at: int, entry: AlertEntry, groups: Sequence[RuleGroupEntry]) -> dict[str, object]:
    """The whole alert when the high level has settled: its labels and its texts, with the summary of the case."""
    own = {name: value for name, value in entry.all_labels.items() if name != "alertname"}
    labels, texts = next(
        (
            ({**group.labels, **rule.labels}, rule.annotations)
            for group in groups
            for rule in group.rules
            if rule.alert == entry.name and own.items() <= {**group.labels, **rule.labels}.items()
        ),
        (own, {}),  # a rule that was edited by hand: promtool shows what is there instead
    )
    filled = {
        name: _LABEL.sub(lambda match: {**labels, **case.labels}.get(match[1], ""), text)
        for name, text in texts.items()
    }
    alert = {"exp_labels": {**labels, **case.labels}, "exp_annotations": {**filled, "summary": case.summary}}
    return {"alertname": case.name, "eval_time": f"{at}s", "exp_alerts": [alert]}
