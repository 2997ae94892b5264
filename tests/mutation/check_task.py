"""The part of a case that can show a mutant: its checks, the rules that the mutant changes, and what these read.

What a rule cannot reach it cannot break. Of the rules that remain, those that the mutant leaves as they are need not be
evaluated: what they record in the case is known, and given as input series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.mutation.case import EXPECTATIONS, Case, Check, seconds
from tests.mutation.dependencies import Dependencies, gives, selectors
from tests.mutation.recorded import CaseRecords
from tests.mutation.rules import FileRule, Output, Rules, rule_file

_START_S, _SAMPLE_S, _RULE_S, _LETTER_S = 0.05, 3e-6, 1e-4, 1.8e-7
"""Seconds of a processor: promtool's start, a sample, and at each evaluation a rule and a letter of it, as measured.

They decide an order, and whether a comparison is worth its time.
"""


@dataclass(frozen=True)
class CheckTask:
    """A part of a case with the rules that it needs, as promtool reads them.

    Attributes:
        case: The name of the case.
        rules: A rule file.
        document: A unit-test document without rule files.
        cost: About how many seconds of a processor it takes to run it.
        given: What other rules record in the case that is read here, and missing in the document.
        shortcut: A much shorter task that passes where the mutated rule makes no difference in the case, so that this
            one need not run; ``None`` where there is none.
    """

    case: str
    rules: Mapping[str, object]
    document: Mapping[str, Any]
    cost: float
    given: frozenset[Output] = frozenset()
    shortcut: CheckTask | None = None

    def with_what_is_given(self, recorded: CaseRecords) -> CheckTask:
        """The same task, its document complete."""
        (test,) = self.document["tests"]
        per_evaluation = seconds(self.document["evaluation_interval"]) / seconds(test["interval"])
        series = [*test["input_series"], *recorded.of(self.given, int(per_evaluation))]
        return replace(self, document={**self.document, "tests": [{**test, "input_series": series}]})


def whole(case: Case, rules: Rules, dependencies: Dependencies) -> CheckTask:
    """A case with every rule that its checks need."""
    return _task(case, case.checks, _needed(case, case.checks, rules, dependencies), frozenset())


def part(
    case: Case,
    checks: Iterable[Check],
    rules: Rules,
    dependencies: Dependencies,
    changes: Sequence[FileRule],
    *,
    recorded: frozenset[str],
) -> CheckTask:
    """The part of a case that some of its checks need, where some rules were changed.

    Args:
        case: The case.
        checks: Checks of it.
        rules: All rules, mutated or not.
        dependencies: Which of them reads which.
        changes: The rules that are among them and were not shipped, and those that were and are not among them.
        recorded: The identities of the rules whose results are known in the case, as they are shipped. What else a
            mutant reads is evaluated with it.
    """
    asked = list(checks)
    needed = _needed(case, asked, rules, dependencies)
    if not case.gives_records:
        return _task(case, asked, needed, frozenset())
    unknown = [one for one in needed if one.identity not in recorded]
    evaluated = _evaluated(case, needed, [*(one for one in changes if one.group in case.groups), *unknown])
    read = {selector for rule in evaluated for selector in selectors(rule.expr)}
    read |= {selector for check in asked for selector in check.selects}
    known = {id(rule) for rule in evaluated}
    given = {
        rule.output for rule in needed if id(rule) not in known and any(gives(rule, selector) for selector in read)
    }
    return _task(case, asked, evaluated, frozenset(given))


def identities(case: Case, rules: Rules, dependencies: Dependencies) -> frozenset[str]:
    """Those of the rules that are evaluated in a whole case."""
    return frozenset(rule.identity for rule in _needed(case, case.checks, rules, dependencies))


def _needed(case: Case, checks: Sequence[Check], rules: Rules, dependencies: Dependencies) -> list[FileRule]:
    behind = dependencies.behind((selector for check in checks for selector in check.selects), case.preset)
    return [rules[place] for place in sorted(behind) if rules[place].group in case.groups]


def _evaluated(case: Case, needed: Sequence[FileRule], changes: Sequence[FileRule]) -> list[FileRule]:
    """The rules that changes reach, and those that a rule reads before they are evaluated at the same moment.

    Rules that may give the same series are taken together, so that what is evaluated and what is given never meet.
    """
    order = {name: place for place, name in enumerate(case.document["group_eval_order"])}
    when = {id(rule): (order[rule.group], place) for place, rule in enumerate(needed)}
    changed = {rule.identity for rule in changes}
    evaluated = {id(rule) for rule in needed if rule.identity in changed}
    todo = list(changes)
    while todo:
        cause = todo.pop()
        for rule in needed:
            if id(rule) not in evaluated and (_alike(rule, cause) or _reads(rule, cause, case.preset)):
                evaluated.add(id(rule))
                todo.append(rule)
    todo = [rule for rule in needed if id(rule) in evaluated]
    while todo:
        reader = todo.pop()
        for rule in needed:
            is_later = id(rule) not in evaluated and when[id(rule)] > when[id(reader)]
            if is_later and _reads(reader, rule, case.preset):
                alike = [one for one in needed if _alike(one, rule)]
                evaluated |= {id(one) for one in alike}
                todo += alike
    return [rule for rule in needed if id(rule) in evaluated]


def _alike(rule: FileRule, other: FileRule) -> bool:
    return not rule.output.is_apart_from(other.output)


def _reads(reader: FileRule, rule: FileRule, preset: frozenset[str]) -> bool:
    return any(gives(rule, selector) for selector in selectors(reader.expr) if selector.name not in preset)


def _task(case: Case, asked: Sequence[Check], kept: Sequence[FileRule], given: frozenset[Output]) -> CheckTask:
    read = {selector.name for check in asked for selector in check.selects}
    read |= {selector.name for rule in kept for selector in selectors(rule.expr)}
    (test,) = case.document["tests"]
    series = [one for one in test["input_series"] if re.split(r"[{ ]", one["series"], maxsplit=1)[0] in read]
    interval = test["interval"] if series else case.document["evaluation_interval"]  # what is given alone lies as close
    expectations = {kind: [check.body for check in asked if check.kind == kind] for kind in EXPECTATIONS}
    groups = {rule.group for rule in kept}
    document = {
        **case.document,
        "group_eval_order": [name for name in case.document["group_eval_order"] if name in groups],
        "tests": [
            {
                **{key: test[key] for key in test if key not in EXPECTATIONS},
                "interval": interval,
                "input_series": series,
                **expectations,
            }
        ],
    }
    lasts = max(check.at for check in asked)
    samples = (len(series) + len(given)) * lasts / seconds(interval)
    evaluation = sum(_RULE_S + _LETTER_S * len(rule.expr) for rule in kept)
    cost = _START_S + _SAMPLE_S * samples + lasts / case.pace * evaluation
    return CheckTask(case.name, rule_file(kept), document, cost, given)
