"""Every case beside the rules as they are shipped: what must run to test a mutated rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tests.mutation.case import Case, Check
from tests.mutation.check_task import CheckTask, identities, part, whole
from tests.mutation.dependencies import Dependencies
from tests.mutation.equivalent import comparable, never_differs, side_by_side
from tests.mutation.kill_history import AT_FIRST
from tests.mutation.rules import FileRule, Rules

_KILLS_ANYWAY, _WORTH_IT = 0.5, 0.75
"""A case that kills more often than not runs at once; a comparison runs first where it saves a quarter of its time."""


class Bench:
    """Every case beside the rules as they are shipped, ready to find what tests a mutated rule."""

    def __init__(self, cases: Iterable[Case], rules: Rules) -> None:
        self.rules = rules
        self.dependencies = Dependencies(rules)
        self._cases = tuple(cases)
        self._whole = {case.name: whole(case, rules, self.dependencies) for case in self._cases}
        self._recorded = [identities(case, rules, self.dependencies) for case in self._cases]
        self._behind: dict[str, set[tuple[int, int]]] = {}
        for number, case in enumerate(self._cases):
            for place, check in enumerate(case.checks):
                for rule in self.dependencies.behind(check.selects, case.preset):
                    if rules[rule].group in case.groups:
                        self._behind.setdefault(rules[rule].identity, set()).add((number, place))

    def whole(self, case: str) -> CheckTask:
        """All of a case, by name, on the rules as they are shipped."""
        return self._whole[case]

    def tasks_for(
        self,
        after: Rules,
        gone: Iterable[FileRule],
        new: Iterable[FileRule],
        likely: Callable[[str], float] = lambda _: AT_FIRST,
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
        by_case = self._touched(after, gone, new, dependencies)
        pair = comparable(gone, new)
        beside, added = side_by_side(self.rules, *pair) if pair else ((), ())
        compared = Dependencies(beside)
        changes = [*gone, *new]
        tasks = [
            (number, part(self._cases[number], checks, after, dependencies, changes, recorded=self._recorded[number]))
            for number, checks in by_case.items()
        ]
        for number, task in sorted(tasks, key=lambda one: (-likely(one[1].case) / one[1].cost, one[0])):
            if likely(task.case) < _KILLS_ANYWAY and beside and _by_series_alone(by_case[number]):
                lasts = max(check.at for check in by_case[number])
                differs = [Check("promql_expr_test", never_differs(lasts))]
                shortcut = part(self._cases[number], differs, beside, compared, added, recorded=self._recorded[number])
                yield replace(task, shortcut=shortcut if shortcut.cost < _WORTH_IT * task.cost else None)
            else:
                yield task

    def _touched(
        self, after: Rules, gone: list[FileRule], new: list[FileRule], dependencies: Dependencies
    ) -> dict[int, list[Check]]:
        """The checks of each case behind which changed rules stand."""
        touched = {one for rule in gone for one in self._behind.get(rule.identity, ())}
        if {rule.output for rule in new} - {rule.output for rule in gone}:
            identities = {rule.identity for rule in new}
            added = {place for place, rule in enumerate(after) if rule.identity in identities}
            for number, case in enumerate(self._cases):
                for place, check in enumerate(case.checks):
                    if not added.isdisjoint(dependencies.behind(check.selects, case.preset)):
                        touched.add((number, place))
        by_case: dict[int, list[Check]] = {}
        for number, place in sorted(touched):
            by_case.setdefault(number, []).append(self._cases[number].checks[place])
        return by_case


def _by_series_alone(checks: Iterable[Check]) -> bool:
    """Whether checks look at series only, and not at annotations, which say more than that an alert fires."""
    return all(check.kind == "promql_expr_test" for check in checks)
