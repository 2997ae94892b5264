"""Asks the program in :mod:`tests.mutation.child` for the rules that a spoilt generator makes, and remembers them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.mutation.memory import Memory, key
from tests.mutation.of_sources import SpoiltSource
from tests.mutation.rules import Rule, Rules
from vitals.paths import ROOT

_ROOMS = ("alert_rules", "catalog", "vitals", "telemetry/src")
_LONGEST_LINE = 16 * 2**20
"""Bytes of an answer: all rules of an environment."""


def sources() -> str:
    """The hash of everything that decides which rules are made of an unspoilt tree."""
    files = [
        file
        for room in _ROOMS
        for suffix in ("py", "yaml", "jsonnet", "toml")
        for file in sorted((ROOT / room).rglob(f"*.{suffix}"))
    ]
    return key(*((str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")) for file in files))


class Composer:
    """One running child; it answers one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, environment: str, memory: Memory, sources: str) -> None:
        self._process = process
        self._memory = memory
        self._given = (environment, sources)

    async def rules(self, source: SpoiltSource) -> Rules | None:
        """The rules that are made with a module spoilt; ``None`` where the generators refuse."""
        known_as = key("composed", *self._given, str(source.file.relative_to(ROOT)), source.text)
        known = self._memory.get(known_as)
        if known is None:
            known = await self._ask(source)
            self._memory.put(known_as, known)
        answer = json.loads(known)
        return None if "refused" in answer else tuple(Rule(group, body) for group, body in answer["rules"])

    async def _ask(self, source: SpoiltSource) -> str:
        request = {"module": module(source.file), "file": str(source.file), "text": source.text}
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:  # pragma: no cover - it is started with both
            raise TypeError("the child has no pipes")
        pipe.write(f"{json.dumps(request)}\n".encode())
        await pipe.drain()
        return (await answers.readline()).decode()


def module(file: Path) -> str:
    """The name under which a file of the tree is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@contextlib.asynccontextmanager
async def composing(environment: str, memory: Memory, sources: str) -> AsyncIterator[Composer]:
    """A child for as long as it is needed; it and its forks are ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.mutation.child",
        environment,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        start_new_session=True,
    )
    try:
        yield Composer(process, environment, memory, sources)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
