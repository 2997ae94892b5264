"""Every test case as the real ``promtool test rules`` reads it, to be run against any set of rule files.

A case names the groups whose rules it needs and covers every alert in them, over its whole length. It knows no rule
file: the shipped ones must pass it, and mutants must fail it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alert_rules.needed_rules import needed_rules, needed_test
from tests.alert_rules.passed_once import KEPT, Passes, in_any_order
from tests.alert_rules.scenario_run import (
    PLATFORM,
    bounded_test,
    expected_by_oracle,
    groups_of,
    judged,
    promtool_test,
)
from tests.mutation.case import Case
from tests.mutation.promtool import ONE_OF_SEVERAL
from tests.oracle.scenario import Scenario
from tests.oracle.specs import SPECS
from vitals.render import Plan
from vitals.verify.project.expectations import ExpectedAlert, in_order
from vitals.verify.project.expectations import expectations as checks_of


@dataclass(frozen=True)
class PromtoolCase:
    """One test case and what it needs.

    Attributes:
        name: Its name, unique.
        alerts: Ids of the alerts whose firing, or silence, it expects.
        groups: Names of the rule groups that must be loaded; a group's file is called as the group.
        pace: Seconds between two evaluations.
        test: Makes its test for promtool; asked once, and only of a case that is run, because the oracle may take long.
        preset: Names of records that are among its samples; the rules that would record them must be left out.
    """

    name: str
    alerts: frozenset[str]
    groups: frozenset[str]
    pace: int
    test: Callable[[], Mapping[str, object]]
    preset: frozenset[str] = frozenset()

    @cached_property
    def document(self) -> Mapping[str, object]:
        """A unit-test document of promtool with one test, without ``rule_files``."""
        return {
            "evaluation_interval": f"{self.pace}s",
            "group_eval_order": in_order(self.groups),
            "tests": [self.test()],
        }


def promtool_case(scenario: Scenario, plan: Plan, fires: ExpectedFiring | None = None) -> PromtoolCase:
    """A scenario as a test case: the oracle says when each alert fires, and each evaluation is held to it.

    Its document cannot be made where the scenario's own bounds and the oracle disagree.

    Args:
        scenario: The scenario.
        plan: The environment whose rules it is about.
        fires: When each alert of the scenario fires, where the oracle was asked already.
    """

    def test() -> dict[str, object]:
        found = expected_by_oracle(scenario, plan) if fires is None else fires
        denied = contradictions(scenario, found)
        assert not denied, f"{scenario.name}: {denied}"
        return promtool_test(scenario, plan, expectations(scenario, plan, found))

    alerts = frozenset(alert.id for alert in judged(scenario, plan))
    return PromtoolCase(scenario.name, alerts, groups_of(scenario, plan), scenario.evaluated, test)


def bounded_case(scenario: Scenario, plan: Plan) -> PromtoolCase:
    """A scenario of a catalogue that the oracle does not know as a test case: its own bounds hold it."""
    groups = frozenset(
        group.name for group in plan.groups if group.name.partition(".")[0] in (PLATFORM, scenario.service)
    )
    alerts = frozenset(scenario.named)
    return PromtoolCase(scenario.name, alerts, groups, scenario.evaluated, lambda: bounded_test(scenario, plan))


def promtool_cases(plan: Plan) -> list[PromtoolCase]:
    """Every test case about the rules of an environment that has all services and exporters."""
    return [promtool_case(scenario, plan) for scenario in CASES]


def expectations(scenario: Scenario, plan: Plan, expected_by_oracle: ExpectedFiring) -> list[dict[str, object]]:
    """Checks of every alert that the oracle was asked about."""
    owners = {watched.name: watched.owner for watched in plan.watched}
    alerts = (
        ExpectedAlert(SPECS[alert, service], service, owners.get(service, plan.environment.operators), fires)
        for (alert, service), fires in expected_by_oracle.items()
    )
    return checks_of(alerts, last=scenario.last, pace=scenario.evaluated)


def together(cases: Sequence[PromtoolCase]) -> list[list[PromtoolCase]]:
    """Batches of cases for one run of promtool: the same rules at the same pace."""
    batches: dict[tuple[object, ...], list[PromtoolCase]] = defaultdict(list)
    for one in cases:
        batches[one.pace, one.groups, one.preset].append(one)
    return list(batches.values())


def run(
    cases: Sequence[PromtoolCase], rule_files: Mapping[str, Path], promtool: Path, folder: Path, kept: Path = KEPT
) -> None:
    """Run those cases with one promtool that have not passed on these rules before, and fail with its report.

    Args:
        cases: Cases that go together.
        rule_files: The rule file of each group.
        promtool: The program.
        folder: Where the unit-test file may lie.
        kept: Where it is kept what has passed.
    """
    seen = {one.name: Case(one.name, one.groups, one.document, one.preset) for one in cases}
    rules = needed_rules(seen.values(), cases[0].groups, rule_files)
    passes = Passes(promtool, Path(__file__), rules, kept)
    new = [one for one in cases if not passes.has(_known_as(one))]
    if not new:
        return
    document = {
        **cases[0].document,
        "rule_files": [str(_written(folder / f"{group}.yaml", text)) for group, text in rules.items()],
        "tests": [needed_test(seen[one.name], rules.values()) for one in new],
    }
    file = _written(folder / "unit_test.yaml", json.dumps(document))
    command: list[str | Path] = [promtool, "test", "rules", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **ONE_OF_SEVERAL})
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    for one in new:
        passes.add(_known_as(one))


def _known_as(one: PromtoolCase) -> dict[str, object]:
    """The case, the same in every process."""
    return {**one.document, "tests": in_any_order(_tests(one)), "preset": sorted(one.preset)}


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def _tests(one: PromtoolCase) -> list[object]:
    tests = one.document["tests"]
    assert isinstance(tests, list)
    return tests
