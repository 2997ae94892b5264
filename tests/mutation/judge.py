"""The judge: the real promtool, asked whether a story still comes true on given rules."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.memory import Memory, key
from tests.mutation.rules import Rule, rule_file
from tests.mutation.stories import Task
from vitals.errors import VitalsError

_AT_ONCE = 100
"""Rule files that one promtool checks: its start costs more than a check."""
_CHECKED = re.compile(r"^Checking (\S+)\n +(SUCCESS|FAILED)", re.MULTILINE)


class Judge:
    """Asks promtool and remembers its answers."""

    def __init__(self, promtool: Path, memory: Memory) -> None:
        """Remember answers by the very program: its path holds the hash of its recipe, its size the rest."""
        self._promtool = promtool
        self._program = [str(promtool.resolve()), promtool.stat().st_size]
        self._memory = memory

    async def comes_true(self, task: Task) -> bool:
        """Whether every expectation of the task is met."""
        known_as = key(self._program, task.rules, task.document)
        known = self._memory.get(known_as)
        if known is None:
            known = "true" if (await self.report(task))[0] else "false"
            self._memory.put(known_as, known)
        return known == "true"

    async def report(self, task: Task) -> tuple[bool, str]:
        """Whether a task comes true, and promtool's own words; asked anew each time."""
        with tempfile.TemporaryDirectory(prefix="vitals-mutate-") as name:
            folder = Path(name)
            (folder / "rules.yaml").write_text(json.dumps(task.rules), encoding="utf-8")
            test = folder / "test.yaml"
            test.write_text(json.dumps({**task.document, "rule_files": ["rules.yaml"]}), encoding="utf-8")
            status, said = await self._run("test", "rules", str(test))
        return status == 0, said

    async def accepted(self, rules: Sequence[Rule]) -> list[bool]:
        """For each rule whether Prometheus would load it."""
        keys = [key(self._program, "check", rule.body) for rule in rules]
        unknown = [place for place, known_as in enumerate(keys) if self._memory.get(known_as) is None]
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
                    raise VitalsError(f"promtool did not check a rule; nothing can be judged. It said: {said[-500:]}")
                self._memory.put(keys[place], found[str(file)])
        return [self._memory.get(known_as) == "SUCCESS" for known_as in keys]

    async def _run(self, *arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            self._promtool,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            raise
        return process.returncode or 0, said.decode(errors="replace")
