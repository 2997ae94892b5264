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
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from tests.mutation.bench import Bench
from tests.mutation.check_task import CheckTask
from tests.mutation.dependencies import Dependencies
from tests.mutation.kill_history import KillHistory
from tests.mutation.mutant import Mutant
from tests.mutation.of_rules import MutatedRule
from tests.mutation.of_sources import MutatedSource
from tests.mutation.promtool import Promtool
from tests.mutation.recorded import CaseRecords
from tests.mutation.renderings import RenderWorker, render_worker, sources
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import FileRule, Rules, difference
from vitals.errors import VitalsError

T = TypeVar("T")
R = TypeVar("R")
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
        cache: Results of earlier runs.
        jobs: How many mutants are tested at once.
        progress: Called with how far it is.
    """

    bench: Bench
    promtool: Promtool
    cache: ResultCache
    jobs: int
    progress: Progress
    PHASES: ClassVar[tuple[str, ...]] = ("mutated rules", "mutated generators")
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
        return await self._each("mutated rules", alive, lambda one, _: self._rule(one))

    async def of_generators(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """What becomes of mutated generators."""
        return await self._each("mutated generators", mutants, self._generator, with_worker=True)

    async def _rule(self, mutant: Mutant) -> Verdict:
        mutated, shipped = mutant.mutated, mutant.shipped
        if not isinstance(mutated, MutatedRule) or shipped is None:
            raise TypeError("a mutated rule is expected")
        after = tuple(mutated.rule if rule is shipped else rule for rule in self.bench.rules)
        killed = await self._killed_by_a_case(after, [shipped], [mutated.rule])
        return Verdict(mutant, killed, mutant.kinds)

    async def _generator(self, mutant: Mutant, worker: RenderWorker | None) -> Verdict:
        if not isinstance(mutant.mutated, MutatedSource) or worker is None:
            raise TypeError("a mutated generator is expected")
        after = await worker.rules(mutant.mutated)
        if after is None:
            return Verdict(mutant, killed=True, kinds=(REFUSED,))
        gone, new = difference(self.bench.rules, after)
        if not gone and not new:
            return Verdict(mutant, killed=False, kinds=(NO_RULE,), equivalent=after == self.bench.rules)
        kinds = self.bench.dependencies.kinds_of(gone) | Dependencies(after).kinds_of(new)
        return Verdict(mutant, await self._killed_by_a_case(after, gone, new), tuple(sorted(kinds)))

    async def _killed_by_a_case(self, after: Rules, gone: Sequence[FileRule], new: Sequence[FileRule]) -> bool:
        places = [place for rule in gone[:1] for place in (rule.identity, rule.name, rule.group)]
        for task in self.bench.tasks_for(after, gone, new, lambda case: self._history.likely(places, case)):
            killed = await self._kills(task)
            self._history.record(places, task.case, killed=killed)
            if killed:
                return True
        return False

    async def _kills(self, task: CheckTask) -> bool:
        async with self._asked[task.case]:  # the next mutant of a rule comes to the same case meanwhile
            if task.case not in self._recorded:
                self._recorded[task.case] = await self.promtool.recorded(self.bench.whole(task.case))
        recorded = self._recorded[task.case]
        if task.shortcut is not None and await self.promtool.passes(task.shortcut.with_what_is_given(recorded)):
            return False
        return not await self.promtool.passes(task.with_what_is_given(recorded))

    async def _each(
        self,
        phase: str,
        things: Sequence[T],
        ask: Callable[[T, RenderWorker | None], Awaitable[R]],
        *,
        with_worker: bool = False,
    ) -> list[R]:
        """Ask about each thing, several at once; the answers come in the order of the things."""
        answers: dict[int, R] = {}
        todo = iter(enumerate(things))
        preset = sources() if with_worker else ""
        failed: BaseException | None = None

        async def work() -> None:
            async with AsyncExitStack() as stack:
                worker = None
                if with_worker:
                    worker = await stack.enter_async_context(render_worker(self.cache, preset))
                for place, thing in todo:
                    answers[place] = answer = await ask(thing, worker)
                    self._survived += isinstance(answer, Verdict) and answer.survived
                    self.progress(phase, len(answers), len(things), self._survived)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.jobs):
                    group.create_task(work())
        except* VitalsError as errors:
            failed = errors.exceptions[0]
        if failed is not None:
            raise failed
        return [answers[place] for place in range(len(things))]
