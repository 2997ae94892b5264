"""Test cases as data: what promtool reads, each with what it selects and which rules it needs.

Cases belong to the tests; they are brought here as files by a program that the tests provide, so that nothing here
imports a test. Of a case only that part runs which the mutated rules can change: the checks behind which they
stand, the rules that those checks need, and the series that these read. What a rule cannot reach it cannot break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from promql_parser import parse_duration

from tests.mutation.dependencies import Dependencies, Selector, selectors
from tests.mutation.equivalent import comparable, never_differs, side_by_side
from tests.mutation.rules import FileRule, Rules, rule_file
from vitals.errors import VitalsError

_EXPECTATIONS = ("promql_expr_test", "alert_rule_test")
_START_S, _SAMPLE_S, _EVALUATION_S = 0.05, 3e-6, 9e-5
"""Seconds of a processor: promtool's start, a sample, a rule that is evaluated once. They decide an order only."""


@dataclass(frozen=True)
class Check:
    """One expectation of a case.

    Attributes:
        kind: The list of the test that holds it, ``promql_expr_test`` or ``alert_rule_test``.
        body: The expectation as promtool reads it.
    """

    kind: str
    body: Mapping[str, Any]

    @cached_property
    def selects(self) -> frozenset[Selector]:
        """What it looks at: the selectors of its expression, or every alert of its name."""
        if self.kind == "promql_expr_test":
            return selectors(self.body["expr"])
        return frozenset({Selector("ALERTS", (("alertname", "=", self.body["alertname"]),))})


@dataclass(frozen=True)
class Case:
    """A unit test of promtool.

    Attributes:
        name: Its name.
        groups: The rule groups that it needs.
        document: The unit-test document with one test, without rule files.
        preset: Names of records that are among its series, whose rules are left out.
    """

    name: str
    groups: frozenset[str]
    document: Mapping[str, Any]
    preset: frozenset[str] = frozenset()

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Everything that it expects."""
        (test,) = self.document["tests"]
        return tuple(Check(kind, body) for kind in _EXPECTATIONS for body in test.get(kind) or ())


@dataclass(frozen=True)
class CheckTask:
    """A part of a case with the rules that it needs, as promtool reads them.

    Attributes:
        case: The name of the case.
        rules: A rule file.
        document: A unit-test document without rule files.
        cost: About how many seconds of a processor it takes to run it.
        shortcut: A much shorter task that passes where the mutated rule makes no difference in the case, so that this
            one need not run; ``None`` where there is none.
    """

    case: str
    rules: Mapping[str, object]
    document: Mapping[str, Any]
    cost: float
    shortcut: CheckTask | None = None


def load(folder: Path) -> tuple[Case, ...]:
    """Read the cases of a folder, one JSON file each.

    Raises:
        VitalsError: There is none.
    """
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    if not found:
        raise VitalsError(f"{folder} holds no cases, so no mutant could be killed. Write them there first.")
    for one in found:
        for test in one["document"]["tests"]:
            _in_order(test)
    return tuple(
        Case(one["name"], frozenset(one["groups"]), one["document"], frozenset(one["preset"])) for one in found
    )


def _in_order(test: dict[str, Any]) -> None:
    """Sort what has no order, so that equal cases are equal texts."""
    test["input_series"].sort(key=lambda series: series["series"])
    for check in test.get("promql_expr_test") or ():
        check["exp_samples"].sort(key=lambda sample: sample["labels"])


def part(case: Case, checks: Iterable[Check], rules: Rules, dependencies: Dependencies) -> CheckTask:
    """The part of a case that some of its checks need.

    Args:
        case: The case.
        checks: Checks of it.
        rules: All rules, mutated or not.
        dependencies: Which of them reads which.
    """
    asked = list(checks)
    needed = dependencies.behind((selector for check in asked for selector in check.selects), case.preset)
    kept = [rule for place, rule in enumerate(rules) if place in needed and rule.group in case.groups]
    read = {selector.name for check in asked for selector in check.selects}
    read |= {selector.name for rule in kept for selector in selectors(rule.expr)}
    (test,) = case.document["tests"]
    series = [one for one in test["input_series"] if re.split(r"[{ ]", one["series"], maxsplit=1)[0] in read]
    expectations = {kind: [check.body for check in asked if check.kind == kind] for kind in _EXPECTATIONS}
    groups = {rule.group for rule in kept}
    document = {
        **case.document,
        "group_eval_order": [name for name in case.document.get("group_eval_order", ()) if name in groups],
        "tests": [
            {**{key: test[key] for key in test if key not in _EXPECTATIONS}, "input_series": series, **expectations}
        ],
    }
    lasts = _lasts(asked)
    evaluations = lasts / _seconds(case.document["evaluation_interval"])
    samples = len(series) * lasts / _seconds(test["interval"])
    cost = _START_S + _SAMPLE_S * samples + _EVALUATION_S * evaluations * len(kept)
    return CheckTask(case.name, rule_file(kept), document, cost)


class Bench:
    """Every case beside the rules as they are shipped, ready to find what tests a mutated rule."""

    def __init__(self, cases: Iterable[Case], rules: Rules) -> None:
        self.rules = rules
        self.dependencies = Dependencies(rules)
        self._cases = tuple(cases)
        self._cost = [part(case, case.checks, rules, self.dependencies).cost for case in self._cases]
        self._behind: dict[str, set[tuple[int, int]]] = {}
        for number, case in enumerate(self._cases):
            for place, check in enumerate(case.checks):
                for rule in self.dependencies.behind(check.selects, case.preset):
                    if rules[rule].group in case.groups:
                        self._behind.setdefault(rules[rule].identity, set()).add((number, place))

    def tasks_for(
        self,
        after: Rules,
        gone: Iterable[FileRule],
        new: Iterable[FileRule],
        likely: Callable[[str], float] = lambda _: 1.0,
    ) -> Iterator[CheckTask]:
        """What must run to test changed rules, first what is likeliest to kill for its cost.

        Args:
            after: All rules after the change.
            gone: Rules that were shipped and are not among them.
            new: Rules among them that were not shipped.
            likely: How likely a case, given by name, is to kill the mutant.
        """
        gone, new = list(gone), list(new)
        dependencies = Dependencies(after)
        touched = {one for rule in gone for one in self._behind.get(rule.identity, ())}
        if {_output(rule) for rule in new} - {_output(rule) for rule in gone}:
            added = {rule.identity for rule in new}
            for number, case in enumerate(self._cases):
                for place, check in enumerate(case.checks):
                    if any(after[found].identity in added for found in dependencies.behind(check.selects, case.preset)):
                        touched.add((number, place))
        by_case: dict[int, list[Check]] = {}
        for number, place in sorted(touched):
            by_case.setdefault(number, []).append(self._cases[number].checks[place])
        pair = comparable(gone, new)
        beside = side_by_side(self.rules, *pair) if pair else ()
        compared = Dependencies(beside)
        for number in sorted(by_case, key=lambda one: (-likely(self._cases[one].name) / self._cost[one], one)):
            case, checks = self._cases[number], by_case[number]
            task = part(case, checks, after, dependencies)
            if beside:
                shortcut = part(case, [Check("promql_expr_test", never_differs(_lasts(checks)))], beside, compared)
                if shortcut.cost < task.cost / 2:
                    task = replace(task, shortcut=shortcut)
            yield task


def _lasts(checks: Iterable[Check]) -> float:
    return max(_seconds(check.body["eval_time"]) for check in checks)


def _output(rule: FileRule) -> tuple[str, tuple[tuple[str, str], ...]]:
    return rule.name, tuple(sorted(rule.labels.items()))


def _seconds(duration: str) -> float:
    return 0.0 if duration.startswith("0") else parse_duration(duration).total_seconds()
