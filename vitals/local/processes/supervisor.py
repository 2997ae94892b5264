"""All parts together: started in the order of their needs, stopped in reverse, changed one by one on request.

Parts whose needs are met start at the same time, because the slowest one decides how soon there is data. The first
part that cannot start ends the start: the others are stopped again and the error names the part.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import httpx

from vitals.errors import VitalsError
from vitals.local.processes.child import Child
from vitals.local.processes.log_files import log_file
from vitals.local.processes.part import Part
from vitals.local.processes.record import PartRecord

CHECK_EVERY_S = 2.0


class Supervisor:
    """Runs parts.

    Args:
        parts: What to run; a part may only name parts of this list in ``after``.
        logs: Folder that gets one log file for each part.
        run_id: See ``orphans``.
        client: For readiness checks; not closed here.

    Raises:
        ValueError: A name is used twice, or ``after`` names a part that comes later or not at all.
    """

    def __init__(self, parts: Sequence[Part], *, logs: Path, run_id: str, client: httpx.AsyncClient) -> None:
        known: set[str] = set()
        for part in parts:
            if part.name in known or not known.issuperset(part.after):
                raise ValueError(f"part {part.name!r}: a double name, or one of {part.after} does not come before it")
            known.add(part.name)
        self._children = {
            part.name: Child(part, log=log_file(logs, part.name), run_id=run_id, client=client) for part in parts
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The parts in start order."""
        return tuple(self._children)

    def records(self) -> list[PartRecord]:
        """How every part is doing, in start order."""
        return [child.record() for child in self._children.values()]

    async def start(self, on_change: Callable[[], None]) -> None:
        """Start every part.

        Args:
            on_change: Called whenever a part has become ready.

        Raises:
            VitalsError: A part cannot start. Call ``stop`` then, as after a success.
        """
        ready = {name: asyncio.Event() for name in self._children}

        async def start_one(child: Child) -> None:
            for name in child.part.after:
                await ready[name].wait()
            await child.start()
            ready[child.part.name].set()
            on_change()

        tasks = [asyncio.create_task(start_one(child)) for child in self._children.values()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Stop every part, each after all that need it; parts that nothing needs any more stop at the same time."""
        stopped = {name: asyncio.Event() for name in self._children}

        async def stop_one(child: Child) -> None:
            for other in self._children.values():
                if child.part.name in other.part.after:
                    await stopped[other.part.name].wait()
            await child.stop()
            stopped[child.part.name].set()

        await asyncio.gather(*(stop_one(child) for child in self._children.values()))

    async def start_part(self, name: str) -> None:
        """Start one part that was stopped.

        Raises:
            VitalsError: There is no such part, or it cannot start.
        """
        await self._child(name).start()

    async def stop_part(self, name: str) -> None:
        """Stop one part and leave it stopped.

        Raises:
            VitalsError: There is no such part.
        """
        await self._child(name).stop()

    async def restart_part(self, name: str) -> None:
        """Stop one part and start it again.

        Raises:
            VitalsError: There is no such part, or it cannot start.
        """
        child = self._child(name)
        await child.stop()
        await child.start()

    async def watch(self, on_problem: Callable[[str], None]) -> None:
        """Check all parts every few seconds until cancelled.

        Args:
            on_problem: Called with what could not be done, a full disk for example.
        """
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            for outcome in await asyncio.gather(*self._checks(), return_exceptions=True):
                if isinstance(outcome, OSError):
                    on_problem(f"a log could not be cut: {outcome}")
                elif isinstance(outcome, BaseException):
                    raise outcome

    def _checks(self) -> Iterable[asyncio.Future[None]]:
        return [asyncio.ensure_future(child.check()) for child in self._children.values()]

    def _child(self, name: str) -> Child:
        if name not in self._children:
            raise VitalsError(f"There is no part called {name!r} in this run. It has: {', '.join(self._children)}.")
        return self._children[name]
