"""A whole run: are the stories true of the shipped rules, and which mistakes do they notice?

Workers take one mistake after the other. A mistake is killed by the first story that fails on it, or by the generators
when they refuse to make rules of it. That ``rendered/`` would differ from what is committed counts for nothing here:
every change differs, and whoever makes it on purpose renders anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from tests.mutation.composer import Composer, composing, sources
from tests.mutation.experience import Experience
from tests.mutation.judge import Judge
from tests.mutation.memory import Memory
from tests.mutation.mutant import Mutant
from tests.mutation.of_rules import SpoiltRule
from tests.mutation.of_sources import SpoiltSource
from tests.mutation.reading import Reading
from tests.mutation.rules import Rule, Rules, difference
from tests.mutation.stories import Bench, Task
from vitals.errors import VitalsError

T = TypeVar("T")
R = TypeVar("R")
NO_RULE = "(no rule)"
"""Stands for the kind of alert of a mistake in a generator that changes no rule."""
REFUSED = "(refused)"
"""Stands for that of a mistake that the generators refuse themselves."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mistake.

    Attributes:
        mutant: The mistake.
        killed: Whether it was noticed.
        kinds: The kinds of alert that it changes.
    """

    mutant: Mutant
    killed: bool
    kinds: tuple[str, ...]


Progress = Callable[[str, int, int, int], None]
"""Told of a phase: its name, how much is done, of how much, and how many mistakes have survived so far."""


@dataclass
class Run:
    """What a run needs.

    Attributes:
        environment: The environment whose rules are spoilt.
        bench: Its rules as they are shipped, and the stories beside them.
        judge: Who tells the stories.
        memory: What was found out before.
        jobs: How many mistakes are looked at at once.
        progress: Is told how far it is.
    """

    environment: str
    bench: Bench
    judge: Judge
    memory: Memory
    jobs: int
    progress: Progress
    PHASES: ClassVar[tuple[str, ...]] = ("stories", "spoilt rules", "spoilt generators")
    _experience: Experience = field(default_factory=Experience)
    _survived: int = 0

    async def baseline(self, rules: Rules) -> None:
        """Tell what the stories say about some rules, on all of them as they are shipped.

        Raises:
            VitalsError: A story is not true of them, so it could prove nothing of spoilt ones.
        """
        tasks = list(self.bench.judging(self.bench.rules, rules, ()))
        true = await self._each("stories", tasks, lambda task, _: self.judge.comes_true(task))
        wrong = [task for task, comes_true in zip(tasks, true, strict=True) if not comes_true]
        if wrong:
            _, said = await self.judge.report(wrong[0])
            raise VitalsError(
                f"{len(wrong)} of {len(tasks)} stories are not true of the rules as they are shipped, so they prove "
                f"nothing of spoilt ones. Run `make test-rules` and mend them first. The first is "
                f"{wrong[0].story!r}:\n{said[-1500:]}"
            )

    async def of_rules(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """What becomes of spoilt rules; one that Prometheus would not load is left out."""
        loads = await self.judge.accepted([one.spoilt.rule for one in mutants if isinstance(one.spoilt, SpoiltRule)])
        alive = [one for one, accepted in zip(mutants, loads, strict=True) if accepted]
        return await self._each("spoilt rules", alive, lambda one, _: self._rule(one))

    async def of_generators(self, mutants: Sequence[Mutant]) -> list[Verdict]:
        """What becomes of spoilt generators."""
        return await self._each("spoilt generators", mutants, self._generator, composers=True)

    async def _rule(self, mutant: Mutant) -> Verdict:
        spoilt, shipped = mutant.spoilt, mutant.shipped
        if not isinstance(spoilt, SpoiltRule) or shipped is None:
            raise TypeError("a spoilt rule is expected")
        after = tuple(spoilt.rule if rule is shipped else rule for rule in self.bench.rules)
        killed = await self._noticed_by_a_story(after, [shipped], [spoilt.rule])
        return Verdict(mutant, killed, mutant.kinds)

    async def _generator(self, mutant: Mutant, composer: Composer | None) -> Verdict:
        if not isinstance(mutant.spoilt, SpoiltSource) or composer is None:
            raise TypeError("a spoilt generator is expected")
        after = await composer.rules(mutant.spoilt)
        if after is None:
            return Verdict(mutant, killed=True, kinds=(REFUSED,))
        gone, new = difference(self.bench.rules, after)
        if not gone and not new:
            return Verdict(mutant, killed=False, kinds=(NO_RULE,))
        kinds = Reading(self.bench.rules).kinds_of(gone) | Reading(after).kinds_of(new)
        return Verdict(mutant, await self._noticed_by_a_story(after, gone, new), tuple(sorted(kinds)))

    async def _noticed_by_a_story(self, after: Rules, gone: Sequence[Rule], new: Sequence[Rule]) -> bool:
        places = [place for rule in gone[:1] for place in (rule.identity, rule.name, rule.group)]
        for task in self.bench.judging(after, gone, new, lambda story: self._experience.likely(places, story)):
            noticed = await self._notices(task)
            self._experience.learn(places, task.story, noticed=noticed)
            if noticed:
                return True
        return False

    async def _notices(self, task: Task) -> bool:
        if task.alike is not None and await self.judge.comes_true(task.alike):
            return False
        return not await self.judge.comes_true(task)

    async def _each(
        self,
        phase: str,
        things: Sequence[T],
        ask: Callable[[T, Composer | None], Awaitable[R]],
        *,
        composers: bool = False,
    ) -> list[R]:
        """Ask about each thing, several at once; the answers come in the order of the things."""
        answers: dict[int, R] = {}
        todo = iter(enumerate(things))
        given = sources() if composers else ""

        async def work() -> None:
            async with AsyncExitStack() as stack:
                composer = None
                if composers:
                    composer = await stack.enter_async_context(composing(self.environment, self.memory, given))
                for place, thing in todo:
                    answers[place] = answer = await ask(thing, composer)
                    self._survived += isinstance(answer, Verdict) and not answer.killed
                    self.progress(phase, len(answers), len(things), self._survived)

        async with asyncio.TaskGroup() as group:
            for _ in range(self.jobs):
                group.create_task(work())
        return [answers[place] for place in range(len(things))]
