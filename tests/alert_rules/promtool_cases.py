"""Every test case as the real ``promtool test rules`` reads it, to be run against any set of rule files.

A case names the groups whose rules it needs and covers every alert in them, over its whole length. It knows no rule
file: the shipped ones must pass it, and mutants must fail it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alert_rules.passed_once import KEPT, Passes, in_any_order
from tests.alert_rules.scenario import Scenario, expected_by_oracle
from tests.alert_rules.traffic import selector
from tests.oracle.specs import SPECS
from vitals.render import Plan

SELDOM_COLLECTED = {"GOGC": "400"}
"""What promtool evaluates is given up as a whole at the end of a case, so a heap of 200 MB instead of 80 MB saves an
eighth of its time."""


@dataclass(frozen=True, slots=True)
class PromtoolCase:
    """One test case and what it needs.

    Attributes:
        name: Its name, unique.
        alerts: Ids of the alerts whose firing, or silence, it expects.
        groups: Names of the rule groups that must be loaded; a group's file is called as the group.
        document: A unit-test document of promtool with one test, without ``rule_files``.
        preset: Names of records that are among its samples; the rules that would record them must be left out.
    """

    name: str
    alerts: frozenset[str]
    groups: frozenset[str]
    document: Mapping[str, object]
    preset: frozenset[str] = frozenset()


def promtool_case(scenario: Scenario, plan: Plan, fires: ExpectedFiring | None = None) -> PromtoolCase:
    """A scenario as a test case: the oracle says when each alert fires, and each evaluation is held to it.

    Args:
        scenario: The scenario.
        plan: The environment whose rules it is about.
        fires: When each alert of the scenario fires, where the oracle was asked already.

    Raises:
        AssertionError: The scenario's own bounds and the oracle disagree.
    """
    fires = expected_by_oracle(scenario, plan) if fires is None else fires
    denied = contradictions(scenario, fires)
    assert not denied, f"{scenario.name}: {denied}"
    return PromtoolCase(
        scenario.name,
        frozenset(alert.id for alert in scenario.judged(plan)),
        scenario.groups(plan),
        {
            "evaluation_interval": f"{scenario.evaluated}s",
            "group_eval_order": in_order(scenario.groups(plan)),
            "tests": [scenario.promtool_test(plan, expectations(scenario, plan, fires))],
        },
    )


def promtool_cases(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PromtoolCase]:
    """Every test case about the rules of an environment that has all services and exporters.

    Args:
        plan: The environment.
        groups: If any, only cases that load one of these rule groups.
    """
    return [promtool_case(scenario, plan) for scenario in CASES if not groups or scenario.groups(plan) & groups]


def expectations(scenario: Scenario, plan: Plan, expected_by_oracle: ExpectedFiring) -> list[dict[str, object]]:
    """Checks that leave no evaluation and no label open.

    Between two moments at which any alert of a name begins or ends to fire, each of its series has fired at every
    evaluation or at none. So one query for each such span says all, and an alert with a label more or less is found.
    """
    owners = {watched.name: watched.owner for watched in plan.watched}
    by_name: dict[str, list[tuple[str, list[tuple[int, int]]]]] = defaultdict(list)
    for (alert, service), fires in expected_by_oracle.items():
        said = SPECS[alert, service]
        by_name[said.name] += []
        for group, stretches in fires.items():
            labels = {
                "alertname": said.name,
                "alertstate": "firing",
                "severity": said.severity,
                "service": service,
                "owner": owners.get(service, plan.environment.operators),
                **said.labels,
                **dict(zip(said.per, group, strict=True)),
            }
            by_name[said.name].append((selector("", labels), stretches))
    last, pace = scenario.last, scenario.evaluated
    return [check for name, series in by_name.items() for check in _every_span(name, series, last=last, pace=pace)]


def _every_span(
    name: str, series: Sequence[tuple[str, list[tuple[int, int]]]], *, last: int, pace: int
) -> Iterator[dict[str, object]]:
    edges = {edge for _, stretches in series for first, end in stretches for edge in (first - pace, end)}
    for begin, end in pairwise([-1, *sorted(edges - {-pace, last}), last]):
        fired = {
            labels: sum(begin < moment <= end for first, stop in stretches for moment in range(first, stop + 1, pace))
            for labels, stretches in series
        }
        yield {
            "expr": f'count_over_time(ALERTS{{alertname="{name}", alertstate="firing"}}[{end - begin}s])',
            "eval_time": f"{end}s",
            "exp_samples": [{"labels": labels, "value": times} for labels, times in fired.items() if times],
        }


def in_order(groups: Iterable[str]) -> list[str]:
    """Groups, those that read what others record or fire behind them.

    promtool evaluates one after the other at the same instant. A real Prometheus spreads them over their interval, so
    there a reader may see what it reads up to one evaluation later.
    """
    last = ("arrival", "slo", "slo-long", "capacity", "trend")
    return sorted(groups, key=lambda name: (*(name.endswith(f".{group}") for group in reversed(last)), name))


def together(cases: Sequence[PromtoolCase]) -> list[list[PromtoolCase]]:
    """Batches of cases for one run of promtool: the same rules at the same pace."""
    batches: dict[tuple[object, ...], list[PromtoolCase]] = defaultdict(list)
    for one in cases:
        batches[one.document["evaluation_interval"], one.groups, one.preset].append(one)
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
    groups, preset = sorted(cases[0].groups), cases[0].preset
    passes = Passes(promtool, {group: rule_files[group].read_text(encoding="utf-8") for group in groups}, kept)
    new = [one for one in cases if not passes.has(sorted(preset), _known_as(one))]
    if not new:
        return
    document = {
        **cases[0].document,
        "rule_files": [str(_without(rule_files[group], preset, folder)) for group in groups],
        "tests": [test for one in new for test in _tests(one)],
    }
    file = folder / "unit_test.yaml"
    file.write_text(json.dumps(document))
    command: list[str | Path] = [promtool, "test", "rules", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **SELDOM_COLLECTED})
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    for one in new:
        passes.add(sorted(preset), _known_as(one))


def _known_as(one: PromtoolCase) -> dict[str, object]:
    """The case, the same in every process."""
    return {**one.document, "tests": in_any_order(_tests(one))}


def _without(file: Path, preset: frozenset[str], folder: Path) -> Path:
    """A rule file without the rules that record the preset series."""
    if not preset:
        return file
    document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
    for group in document["groups"]:
        group["rules"] = [rule for rule in group["rules"] if rule.get("record") not in preset]
    left = folder / file.name
    left.write_text(json.dumps(document))
    return left


def _tests(one: PromtoolCase) -> list[object]:
    tests = one.document["tests"]
    assert isinstance(tests, list)
    return tests
