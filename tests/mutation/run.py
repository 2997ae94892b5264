"""A whole run: which mutants do the test cases kill?

Workers take one mutant after the other. A mutant is killed by the first case that fails on it, or by the generators
when they refuse to make rules of it. A case is first run on the rules as they are shipped, when the first mutant needs
it: one that fails there proves nothing and ends the run, and one that no mutant comes to costs nothing.

That ``rendered/`` would differ from what is committed counts for nothing here: every change differs, and its author
renders anew.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from tests.mutation.bench import Bench
from tests.mutation.check_task import CheckTask
from tests.mutation.dependencies import Dependencies
from tests.mutation.kill_history import KillHistory
from tests.mutation.mutant import Mutant
from tests.mutation.of_rules import MutatedRule
from tests.mutation.of_sources import MutatedSource
from tests.mutation.promtool import Promtool
from tests.mutation.recorded import CaseRecords
from tests.mutation.renderings import Renderings
from tests.mutation.rules import FileRule, Rules, difference
from tests.mutation.several import several_at_once

RULES, GENERATORS = "mutated rules", "mutated generators"
"""The phases of a run."""
NO_RULE = "(no rule)"
"""Stands for the kind of alert of a mutated generator that changes no rule, but when or in which order they run."""
REFUSED = "(refused)"
"""Stands for that of a mutant that the generators refuse themselves."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        mutant: The mutant.
        killed: Whether a case or the generators killed it.
        kinds: The kinds of alert that it changes.
        equivalent: Whether it is a generator that makes just the rules that are shipped, for every catalogue.
    """

    mutant: Mutant
    killed: bool
    kinds: tuple[str, ...]
    equivalent: bool = False

    @property
    def survived(self) -> bool:
        """Whether it is another set of rules that no case has noticed."""
        return not self.killed and not self.equivalent


Progress = Callable[[str, int, int, int], None]
"""Called in a phase with its name, how much is done, of how much, and how many mutants have survived so far."""


@dataclass
class MutationRun:
    """What a run needs.

    Attributes:
        bench: All rules as they are shipped, and the cases beside them.
        promtool: The program that runs the cases.
        renderings: The rules of mutated generators.
        jobs: How many mutants are tested at once.
        progress: Called with how far it is.
    """

    bench: Bench
    promtool: Promtool
    renderings: Renderings
    jobs: int
    progress: Progress
    _history: KillHistory = field(default_factory=KillHistory)
    _survived: int = 0
    _recorded: dict[str, CaseRecords] = field(default_factory=dict)
    _asked: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def of_rules(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """What becomes of mutated rules; one that Prometheus would not load is left out."""
        loads = await self.promtool.accepted(
            [one.mutated.rule for one in mutants if isinstance(one.mutated, MutatedRule)]
        )
        alive = [one for one, accepted in zip(mutants, loads, strict=True) if accepted]
        return await self._each(RULES, alive, self._rule)

    async def of_generators(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """What becomes of mutated generators, whose rules are rendered."""
        return await self._each(GENERATORS, mutants, self._generator)

    async def _each(
        self, phase: str, mutants: Sequence[Mutant], judge: Callable[[Mutant], Awaitable[Verdict]]
    ) -> list[Verdict]:
        def show_progress(verdict: Verdict, done: int) -> None:
            self._survived += verdict.survived
            self.progress(phase, done, len(mutants), self._survived)

        return await several_at_once(mutants, self.jobs, lambda: nullcontext(judge), show_progress)

    async def _rule(self, mutant: Mutant) -> Verdict:
        mutated, shipped = mutant.mutated, mutant.shipped
        if not isinstance(mutated, MutatedRule) or shipped is None:
            raise TypeError("a mutated rule is expected")
        after = tuple(mutated.rule if rule is shipped else rule for rule in self.bench.rules)
        killed = await self._killed_by_a_case(after, [shipped], [mutated.rule])
        return Verdict(mutant, killed, mutant.kinds)

    async def _generator(self, mutant: Mutant) -> Verdict:
        if not isinstance(mutant.mutated, MutatedSource):
            raise TypeError("a mutated generator is expected")
        after = self.renderings.rules(mutant.mutated)
        if after is None:
            return Verdict(mutant, killed=True, kinds=(REFUSED,))
        gone, new = difference(self.bench.rules, after)
        if not gone and not new:
            return Verdict(mutant, killed=False, kinds=(NO_RULE,), equivalent=after == self.bench.rules)
        kinds = self.bench.dependencies.kinds_of(gone) | Dependencies(after).kinds_of(new)
        return Verdict(mutant, await self._killed_by_a_case(after, gone, new), tuple(sorted(kinds)))

    async def _killed_by_a_case(self, after: Rules, gone: Sequence[FileRule], new: Sequence[FileRule]) -> bool:
        places = [place for rule in gone[:1] for place in (rule.identity, rule.name, rule.group)]
        tasks = self.bench.tasks_for(after, gone, new, lambda case: self._history.likely(places, case))
        waiting: list[CheckTask] = []
        spent = 0.0
        while some := self._next(waiting, tasks, spent):
            passed = await self._pass_each(some)
            for task, passes in zip(some, passed, strict=True):
                self._history.record(places, task.case, killed=not passes)
            if not all(passed):
                return True
            spent += sum(task.cost for task in some)
        return False

    def _next(self, waiting: list[CheckTask], more: Iterator[CheckTask], spent: float) -> list[CheckTask]:
        """The next task, and those behind it that cost together no more than what was spent on the mutant so far.

        Half of the work is in vain at most where the first of them kills, and promtool starts less often. Only a case
        that has been asked what it records stands behind another. None is taken that is being asked for another mutant
        while there is any other: mutants of one rule come to the same cases in the same order, and would wait for each
        other at every one.
        """
        task = self._one(waiting, more)
        if task is None:
            return []
        some, cost = [task], task.cost
        while cost < spent and (task := self._one(waiting, more)):
            if task.case not in self._recorded or cost + task.cost > spent:
                waiting.insert(0, task)
                break
            some.append(task)
            cost += task.cost
        return some

    def _one(self, waiting: list[CheckTask], more: Iterator[CheckTask]) -> CheckTask | None:
        for place, task in enumerate(waiting):
            if not self._asked[task.case].locked():
                return waiting.pop(place)
        for task in more:
            if not self._asked[task.case].locked():
                return task
            waiting.append(task)
        return waiting.pop(0) if waiting else None

    async def _pass_each(self, some: Sequence[CheckTask]) -> list[bool]:
        """Whether the mutant passes each task: where a shorter one shows no difference, the whole need not run."""
        first = some[0].case
        async with self._asked[first]:  # the next mutant of a rule comes to the same case meanwhile
            if first not in self._recorded:
                self._recorded[first] = await self.promtool.recorded(self.bench.whole(first))
        passed = dict.fromkeys(range(len(some)), False)
        for asked in ([task.shortcut for task in some], some):
            todo = {
                number: task.with_what_is_given(self._recorded[task.case])
                for number, task in enumerate(asked)
                if task is not None and not passed[number]
            }
            passed |= zip(todo, await self.promtool.pass_each(list(todo.values())), strict=True)
        return list(passed.values())
