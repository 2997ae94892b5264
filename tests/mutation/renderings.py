"""Asks the program in :mod:`tests.mutation.worker_process` for the rules of a mutated generator, and remembers them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.mutation.of_sources import MutatedSource
from tests.mutation.result_cache import ResultCache, key, packed, unpacked
from tests.mutation.rules import FileRule, Rules
from vitals.paths import ROOT

_ROOMS = ("alert_rules", "tests/dialects/catalogue", "tests/wellness_catalogue", "vitals", "telemetry/src")
_LONGEST_LINE = 16 * 2**20
"""Bytes of an answer: all rules of two catalogues."""


def sources() -> str:
    """The hash of everything that decides which rules the original tree makes."""
    files = [
        file
        for room in _ROOMS
        for suffix in ("py", "yaml", "jsonnet", "toml")
        for file in sorted((ROOT / room).rglob(f"*.{suffix}"))
    ]
    return key(*((str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")) for file in files))


class RenderWorker:
    """One running worker process; it answers one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, cache: ResultCache, sources: str) -> None:
        self._process = process
        self._cache = cache
        self._sources = sources

    async def rules(self, source: MutatedSource) -> Rules | None:
        """The rules that are made with a module mutated; ``None`` where the generators refuse."""
        known_as = key("composed", self._sources, str(source.file.relative_to(ROOT)), source.text)
        known = self._cache.get(known_as)
        if known is None:
            known = packed(await self._ask(source))
            self._cache.put(known_as, known)
        answer = json.loads(unpacked(known))
        return None if "refused" in answer else tuple(FileRule(*rule) for rule in answer["rules"])

    async def _ask(self, source: MutatedSource) -> str:
        request = {"module": module(source.file), "file": str(source.file), "text": source.text}
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:  # pragma: no cover - it is started with both
            raise TypeError("the worker process has no pipes")
        pipe.write(f"{json.dumps(request)}\n".encode())
        await pipe.drain()
        return (await answers.readline()).decode()


def module(file: Path) -> str:
    """The name under which a file of the tree is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@contextlib.asynccontextmanager
async def render_worker(cache: ResultCache, sources: str) -> AsyncIterator[RenderWorker]:
    """A worker process for as long as it is needed; it and its forks are ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.mutation.worker_process",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        start_new_session=True,
    )
    try:
        yield RenderWorker(process, cache, sources)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
