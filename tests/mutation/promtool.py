"""The real promtool, asked whether test cases still pass on given rules."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.mutation.check_task import CheckTask
from tests.mutation.program import run_to_its_end
from tests.mutation.recorded import CaseRecords, ask, read
from tests.mutation.result_cache import ResultCache, key
from tests.mutation.rules import FileRule, rule_file
from vitals.errors import VitalsError
from vitals.verify.project.programs import SELDOM_COLLECTED

ONE_OF_SEVERAL = {**SELDOM_COLLECTED, "GOMAXPROCS": "1", "GOMEMLIMIT": "512MiB"}
"""As many run at once as there are processors, and threads that wait for each other cost a twentieth of their time.
What one test leaves is collected before the next has doubled it: fresh memory costs more than old memory swept."""
_AT_ONCE = 100
"""Rule files that one promtool checks: its start costs more than a check."""
_MEMORY, _ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - a folder of random name is made in it
"""Where files are in memory, if bytes enough are free there: of a short test, whose database promtool would sync to a
disk, a third of the time."""
_COMPLAINT = re.compile(r"^ {4}\S", re.MULTILINE)
"""Begins each line of promtool about an expectation that is not met, or a rule that cannot be evaluated."""
_SAID = re.compile(r"^(?:Checking|Processing test file:) +(\S+)\n +(SUCCESS|FAILED)", re.MULTILINE)


_OF_THE_MACHINE = re.compile(r"no space left|too many open files|cannot allocate memory|timed out|context deadline")
"""Words of promtool about what no rule can cause: a test that fails so says nothing."""


class Promtool:
    """Runs promtool and caches its answers."""

    def __init__(self, promtool: Path, cache: ResultCache) -> None:
        """Cache answers by the very program: its path holds the hash of its recipe, its size the rest."""
        self._promtool = promtool
        self._program = [str(promtool.resolve()), promtool.stat().st_size]
        self._cache = cache

    async def pass_each(self, tasks: Sequence[CheckTask]) -> list[bool]:
        """For each task whether every expectation of it is met; what is not known yet is asked of one promtool."""
        keys = [key(self._program, "passes", task.rules, task.document) for task in tasks]
        unknown = {known_as: task for known_as, task in zip(keys, tasks, strict=True) if not self._cache.get(known_as)}
        if unknown:
            passed, _ = await self._test(list(unknown.values()))
            for known_as, one in zip(unknown, passed, strict=True):
                self._cache.put(known_as, "true" if one else "false")
        return [self._cache.get(known_as) == "true" for known_as in keys]

    async def recorded(self, task: CheckTask) -> CaseRecords:
        """What the rules of a whole case record in it.

        Raises:
            VitalsError: The case fails on them, so it proves nothing about mutants.
        """
        known_as = key(self._program, "records", task.rules, task.document)
        known = self._cache.get(known_as)
        if known is not None:
            return read(known)
        question = ask(task.rules, task.document)
        (passes,), said = await self._test([replace(task, document=question.document)])
        recorded, rest = question.answer(said)
        if _COMPLAINT.search(rest) or (not passes and rest == said):
            raise VitalsError(
                f"The case {task.case!r} fails on the rules as they are shipped, so it proves nothing about mutants. "
                f"Run `make test-rules` and mend it first. promtool said:\n{rest.strip()[-1500:]}"
            )
        self._cache.put(known_as, recorded.as_text())
        return recorded

    async def accepted(self, rules: Sequence[FileRule]) -> list[bool]:
        """For each rule whether Prometheus would load it."""
        keys = [key(self._program, "loads", rule.body) for rule in rules]
        unknown = [place for place, known_as in enumerate(keys) if self._cache.get(known_as) is None]
        for start in range(0, len(unknown), _AT_ONCE):
            with _folder() as folder:
                batch = unknown[start : start + _AT_ONCE]
                files = [folder / f"{place}.yaml" for place in batch]
                for place, file in zip(batch, files, strict=True):
                    file.write_text(json.dumps(rule_file([rules[place]])), encoding="utf-8")
                found, _ = await self._run(files, "check", "rules", "--lint=none")
            for place, loads in zip(batch, found, strict=True):
                self._cache.put(keys[place], "true" if loads else "false")
        return [self._cache.get(known_as) == "true" for known_as in keys]

    async def _test(self, tasks: Sequence[CheckTask]) -> tuple[list[bool], str]:
        """Whether each task passes, and promtool's own words; run anew each time."""
        with _folder() as folder:
            files = [folder / f"test-{number}.yaml" for number in range(len(tasks))]
            for number, (task, file) in enumerate(zip(tasks, files, strict=True)):
                rules = folder / f"rules-{number}.yaml"
                rules.write_text(json.dumps(task.rules), encoding="utf-8")
                file.write_text(json.dumps({**task.document, "rule_files": [rules.name]}), encoding="utf-8")
            return await self._run(files, "test", "rules")

    async def _run(self, files: Sequence[Path], *command: str) -> tuple[list[bool], str]:
        """For each of some files in one folder whether a command of promtool succeeds, and all that it says."""
        env = {**os.environ, **ONE_OF_SEVERAL, "TMPDIR": str(files[0].parent)}
        _, said = await run_to_its_end(self._promtool, *command, *map(str, files), env=env)
        found = dict(_SAID.findall(said))
        if any(str(file) not in found for file in files) or _OF_THE_MACHINE.search(said):
            raise VitalsError(f"promtool did not answer; no mutant can be tested. It said: {said[-500:]}")
        return [found[str(file)] == "SUCCESS" for file in files], said


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    with tempfile.TemporaryDirectory(prefix="vitals-mutate-", dir=_MEMORY if in_memory else None) as name:
        yield Path(name)
