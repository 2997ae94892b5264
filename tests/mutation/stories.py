"""Stories as data: what promtool is told, each with what it asks and which rules it needs.

Stories belong to the tests; they are brought here as files by a program that the tests provide, so that nothing here
imports a test. Of a story only that part is told which the spoilt rules can change: the checks behind which they
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

from tests.mutation.reading import Reading, Selector, selectors
from tests.mutation.rules import Rule, Rules, rule_file
from tests.mutation.unlike import comparable, never_differs, side_by_side
from vitals.errors import VitalsError

_EXPECTATIONS = ("promql_expr_test", "alert_rule_test")
_START_S, _SAMPLE_S, _EVALUATION_S = 0.05, 3e-6, 9e-5
"""Seconds of a processor: promtool's start, a sample, a rule that is evaluated once. They decide an order only."""


@dataclass(frozen=True)
class Check:
    """One expectation of a story.

    Attributes:
        kind: The list of the test that holds it, ``promql_expr_test`` or ``alert_rule_test``.
        body: The expectation as promtool reads it.
    """

    kind: str
    body: Mapping[str, Any]

    @cached_property
    def asks(self) -> frozenset[Selector]:
        """What it looks at: the selectors of its expression, or every alert of its name."""
        if self.kind == "promql_expr_test":
            return selectors(self.body["expr"])
        return frozenset({Selector("ALERTS", (("alertname", "=", self.body["alertname"]),))})


@dataclass(frozen=True)
class Story:
    """A unit test of promtool.

    Attributes:
        name: Its name.
        groups: The rule groups that it needs.
        document: The unit-test document with one test, without rule files.
        given: Names of records that are among its series, whose rules are left out.
    """

    name: str
    groups: frozenset[str]
    document: Mapping[str, Any]
    given: frozenset[str] = frozenset()

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Everything that it expects."""
        (test,) = self.document["tests"]
        return tuple(Check(kind, body) for kind in _EXPECTATIONS for body in test.get(kind) or ())


@dataclass(frozen=True)
class Task:
    """A part of a story with the rules that it needs, as promtool is told them.

    Attributes:
        story: The name of the story.
        rules: A rule file.
        document: A unit-test document without rule files.
        cost: About how many seconds of a processor it takes to tell it.
        alike: A much shorter task that comes true where the spoilt rule makes no difference in the story, so that this
            one need not be told; ``None`` where there is none.
    """

    story: str
    rules: Mapping[str, object]
    document: Mapping[str, Any]
    cost: float
    alike: Task | None = None


def load(folder: Path) -> tuple[Story, ...]:
    """Read the stories of a folder, one JSON file each.

    Raises:
        VitalsError: There is none.
    """
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    if not found:
        raise VitalsError(f"{folder} holds no stories, so no spoilt rule could be noticed. Write them there first.")
    for one in found:
        for test in one["document"]["tests"]:
            _in_order(test)
    return tuple(
        Story(one["name"], frozenset(one["groups"]), one["document"], frozenset(one["given"])) for one in found
    )


def _in_order(test: dict[str, Any]) -> None:
    """Sort what has no order, so that equal stories are equal texts."""
    test["input_series"].sort(key=lambda series: series["series"])
    for check in test.get("promql_expr_test") or ():
        check["exp_samples"].sort(key=lambda sample: sample["labels"])


def part(story: Story, checks: Iterable[Check], rules: Rules, reading: Reading) -> Task:
    """The part of a story that some of its checks need.

    Args:
        story: The story.
        checks: Checks of it.
        rules: All rules, spoilt or not.
        reading: Who reads whom among them.
    """
    asked = list(checks)
    needed = reading.behind((selector for check in asked for selector in check.asks), story.given)
    kept = [rule for place, rule in enumerate(rules) if place in needed and rule.group in story.groups]
    read = {selector.name for check in asked for selector in check.asks}
    read |= {selector.name for rule in kept for selector in selectors(rule.expr)}
    (test,) = story.document["tests"]
    series = [one for one in test["input_series"] if re.split(r"[{ ]", one["series"], maxsplit=1)[0] in read]
    told = {kind: [check.body for check in asked if check.kind == kind] for kind in _EXPECTATIONS}
    groups = {rule.group for rule in kept}
    document = {
        **story.document,
        "group_eval_order": [name for name in story.document.get("group_eval_order", ()) if name in groups],
        "tests": [{**{key: test[key] for key in test if key not in _EXPECTATIONS}, "input_series": series, **told}],
    }
    lasts = _lasts(asked)
    evaluations = lasts / _seconds(story.document["evaluation_interval"])
    samples = len(series) * lasts / _seconds(test["interval"])
    cost = _START_S + _SAMPLE_S * samples + _EVALUATION_S * evaluations * len(kept)
    return Task(story.name, rule_file(kept), document, cost)


class Bench:
    """Every story beside the rules as they are shipped, ready to find what judges a spoilt rule."""

    def __init__(self, stories: Iterable[Story], rules: Rules) -> None:
        self.rules = rules
        self.reading = Reading(rules)
        self._stories = tuple(stories)
        self._cost = [part(story, story.checks, rules, self.reading).cost for story in self._stories]
        self._behind: dict[str, set[tuple[int, int]]] = {}
        for number, story in enumerate(self._stories):
            for place, check in enumerate(story.checks):
                for rule in self.reading.behind(check.asks, story.given):
                    if rules[rule].group in story.groups:
                        self._behind.setdefault(rules[rule].identity, set()).add((number, place))

    def judging(
        self, after: Rules, gone: Iterable[Rule], new: Iterable[Rule], likely: Callable[[str], float] = lambda _: 1.0
    ) -> Iterator[Task]:
        """What must be told to judge changed rules, first what is likeliest to notice for its cost.

        Args:
            after: All rules after the change.
            gone: Rules that were shipped and are not among them.
            new: Rules among them that were not shipped.
            likely: How likely a story, given by name, is to notice.
        """
        gone, new = list(gone), list(new)
        reading = Reading(after)
        touched = {one for rule in gone for one in self._behind.get(rule.identity, ())}
        if {_output(rule) for rule in new} - {_output(rule) for rule in gone}:
            added = {rule.identity for rule in new}
            for number, story in enumerate(self._stories):
                for place, check in enumerate(story.checks):
                    if any(after[found].identity in added for found in reading.behind(check.asks, story.given)):
                        touched.add((number, place))
        by_story: dict[int, list[Check]] = {}
        for number, place in sorted(touched):
            by_story.setdefault(number, []).append(self._stories[number].checks[place])
        pair = comparable(gone, new)
        beside = side_by_side(self.rules, *pair) if pair else ()
        compared = Reading(beside)
        for number in sorted(by_story, key=lambda one: (-likely(self._stories[one].name) / self._cost[one], one)):
            story, checks = self._stories[number], by_story[number]
            task = part(story, checks, after, reading)
            if beside:
                alike = part(story, [Check("promql_expr_test", never_differs(_lasts(checks)))], beside, compared)
                if alike.cost < task.cost / 2:
                    task = replace(task, alike=alike)
            yield task


def _lasts(checks: Iterable[Check]) -> float:
    return max(_seconds(check.body["eval_time"]) for check in checks)


def _output(rule: Rule) -> tuple[str, tuple[tuple[str, str], ...]]:
    return rule.name, tuple(sorted(rule.labels.items()))


def _seconds(duration: str) -> float:
    return 0.0 if duration.startswith("0") else parse_duration(duration).total_seconds()
