"""The real promtool, asked whether a test case still passes on given rules."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.mutation.check_task import CheckTask
from tests.mutation.program import run_to_its_end
from tests.mutation.recorded import CaseRecords, ask, read
from tests.mutation.result_cache import ResultCache, key
from tests.mutation.rules import FileRule, rule_file
from vitals.errors import VitalsError
from vitals.verify.project.programs import SELDOM_COLLECTED

ONE_OF_SEVERAL = {**SELDOM_COLLECTED, "GOMAXPROCS": "1"}
"""As many run at once as there are processors, and threads that wait for each other cost a twentieth of their time."""
_AT_ONCE = 100
"""Rule files that one promtool checks: its start costs more than a check."""
_COMPLAINT = re.compile(r"^ {4}\S", re.MULTILINE)
"""Begins each line of promtool about an expectation that is not met, or a rule that cannot be evaluated."""
_CHECKED = re.compile(r"^Checking (\S+)\n +(SUCCESS|FAILED)", re.MULTILINE)


class Promtool:
    """Runs promtool and caches its answers."""

    def __init__(self, promtool: Path, cache: ResultCache) -> None:
        """Cache answers by the very program: its path holds the hash of its recipe, its size the rest."""
        self._promtool = promtool
        self._program = [str(promtool.resolve()), promtool.stat().st_size]
        self._cache = cache

    async def passes(self, task: CheckTask) -> bool:
        """Whether every expectation of the task is met."""
        known_as = key(self._program, task.rules, task.document)
        known = self._cache.get(known_as)
        if known is None:
            known = "true" if (await self.report(task))[0] else "false"
            self._cache.put(known_as, known)
        return known == "true"

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
        passes, said = await self.report(replace(task, document=question.document))
        recorded, rest = question.answer(said)
        if _COMPLAINT.search(rest) or (not passes and rest == said):
            raise VitalsError(
                f"The case {task.case!r} fails on the rules as they are shipped, so it proves nothing about mutants. "
                f"Run `make test-rules` and mend it first. promtool said:\n{rest.strip()[-1500:]}"
            )
        self._cache.put(known_as, recorded.as_text())
        return recorded

    async def report(self, task: CheckTask) -> tuple[bool, str]:
        """Whether a task passes, and promtool's own words; run anew each time."""
        with tempfile.TemporaryDirectory(prefix="vitals-mutate-") as name:
            folder = Path(name)
            (folder / "rules.yaml").write_text(json.dumps(task.rules), encoding="utf-8")
            test = folder / "test.yaml"
            test.write_text(json.dumps({**task.document, "rule_files": ["rules.yaml"]}), encoding="utf-8")
            status, said = await self._run("test", "rules", str(test))
        return status == 0, said

    async def accepted(self, rules: Sequence[FileRule]) -> list[bool]:
        """For each rule whether Prometheus would load it."""
        keys = [key(self._program, "check", rule.body) for rule in rules]
        unknown = [place for place, known_as in enumerate(keys) if self._cache.get(known_as) is None]
        for start in range(0, len(unknown), _AT_ONCE):
            with tempfile.TemporaryDirectory(prefix="vitals-mutate-") as name:
                batch = unknown[start : start + _AT_ONCE]
                files = [Path(name) / f"{place}.yaml" for place in batch]
                for place, file in zip(batch, files, strict=True):
                    file.write_text(json.dumps(rule_file([rules[place]])), encoding="utf-8")
                _, said = await self._run("check", "rules", "--lint=none", *map(str, files))
            found = dict(_CHECKED.findall(said))
            for place, file in zip(batch, files, strict=True):
                if str(file) not in found:
                    raise VitalsError(f"promtool did not check a rule; no mutant can be tested. It said: {said[-500:]}")
                self._cache.put(keys[place], found[str(file)])
        return [self._cache.get(known_as) == "SUCCESS" for known_as in keys]

    async def _run(self, *arguments: str) -> tuple[int, str]:
        return await run_to_its_end(self._promtool, *arguments, env={**os.environ, **ONE_OF_SEVERAL})
