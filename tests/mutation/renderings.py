"""The rules of mutated generators, as processes of :mod:`tests.mutation.worker_process` render them, cached."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from tests.mutation.of_sources import MutatedSource
from tests.mutation.result_cache import ResultCache, key, packed, unpacked
from tests.mutation.rules import FileRule, Rules
from tests.mutation.several import several_at_once
from vitals.errors import VitalsError
from vitals.paths import ROOT

_ROOMS = ("alert_rules", "tests/dialects/catalogue", "tests/wellness_catalogue", "vitals", "telemetry/src")
WORKER = "tests.mutation.worker_process"
"""The program that renders."""
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


class Renderings:
    """The rules of mutated generators, each rendered once and cached."""

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache
        self._sources = sources()

    async def render(self, mutated: Sequence[MutatedSource], jobs: int, rendered: Callable[[int], None]) -> None:
        """Render those that no earlier run has rendered.

        Args:
            mutated: The mutated modules.
            jobs: How many at once.
            rendered: Called with how many are done.
        """

        @contextlib.asynccontextmanager
        async def worker() -> AsyncIterator[Callable[[MutatedSource], Awaitable[None]]]:
            async with _worker_process() as process:

                async def render(source: MutatedSource) -> None:
                    self._cache.put(self._key(source), packed(await _answer(process, source)))

                yield render

        new = [source for source in mutated if self._cache.get(self._key(source)) is None]
        known = len(mutated) - len(new)
        await several_at_once(new, jobs, worker, lambda _, done: rendered(known + done))

    def rules(self, source: MutatedSource) -> Rules | None:
        """The rules that are made with a module mutated, once rendered; ``None`` where the generators refuse."""
        known = self._cache.get(self._key(source))
        if known is None:
            raise LookupError(f"{source.file} was not rendered with {source.after!r}")
        answer = json.loads(unpacked(known))
        return None if "refused" in answer else tuple(FileRule(*rule) for rule in answer["rules"])

    def _key(self, source: MutatedSource) -> str:
        return key("composed", self._sources, str(source.file.relative_to(ROOT)), source.text)


def module(file: Path) -> str:
    """The name under which a file of the tree is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@contextlib.asynccontextmanager
async def _worker_process() -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process for as long as it is needed; it and its forks are ended whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        WORKER,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _answer(process: asyncio.subprocess.Process, source: MutatedSource) -> str:
    """What a worker process says of a mutated module; it answers one question at a time.

    Raises:
        VitalsError: It has ended.
    """
    request = {"module": module(source.file), "file": str(source.file), "text": source.text}
    pipe, answers = process.stdin, process.stdout
    if pipe is None or answers is None:  # pragma: no cover - it is started with both
        raise TypeError("the worker process has no pipes")
    with contextlib.suppress(ConnectionError):  # it has ended, and says nothing below
        pipe.write(f"{json.dumps(request)}\n".encode())
        await pipe.drain()
    said = (await answers.readline()).decode()
    if not said.endswith("\n"):
        raise VitalsError(
            f"`python -m {WORKER}` ended before it had rendered {source.file.relative_to(ROOT)} with "
            f"{source.after!r}, so nothing was kept of it. Its own words are above; see also whether memory ran out."
        )
    return said
