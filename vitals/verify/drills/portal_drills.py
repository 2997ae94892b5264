"""Drills at a button: one at a time, on the stack that the portal belongs to, with its progress to be watched.

It is the drill of the command line, performed by the same code. What would take a terminal's Ctrl-C is the button that
stops it, and the end of the stack: each clears the fault.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from vitals.errors import VitalsError
from vitals.local.portal.interfaces import DrillProgress, DrillVerdict, ListedDrill
from vitals.local.stack.folder import RunFolder
from vitals.verify.drills.drill import Drill, Outcome
from vitals.verify.drills.perform import perform
from vitals.verify.drills.registry import DRILLS
from vitals.verify.drills.stack_client import StackClient, attached

_MOST_LINES = 200
"""The longest drill says thirty."""


class PortalDrills:
    """The portal's ``DrillControl`` over the stack of one run folder.

    Args:
        folder: Where the stack runs.
        drills: What can be started.
        attach: Gives the running stack; another one in tests.
    """

    def __init__(
        self,
        folder: RunFolder,
        drills: Sequence[Drill] = DRILLS,
        attach: Callable[[RunFolder], AbstractAsyncContextManager[StackClient]] = attached,
    ) -> None:
        self._folder = folder
        self._drills = {drill.name: drill for drill in drills}
        self._attach = attach
        self._progress: DrillProgress | None = None
        self._task: asyncio.Task[None] | None = None

    def listed(self) -> Sequence[ListedDrill]:
        """Return the drills in the order in which one does not disturb the next."""
        return [
            ListedDrill(
                name=drill.name,
                family=drill.family,
                service=drill.service,
                description=drill.description,
                expected=drill.expected,
                alert=drill.alert,
            )
            for drill in self._drills.values()
        ]

    def progress(self) -> DrillProgress | None:
        """Return the drill that runs or ran last."""
        return self._progress

    def start(self, name: str) -> None:
        """Start a drill on the running event loop.

        Raises:
            VitalsError: There is none of that name, or one runs.
        """
        drill = self._drills.get(name)
        if drill is None:
            raise VitalsError(f"There is no drill called {name!r}, so nothing was done. Choose one of the list.")
        if self._task is not None and not self._task.done():
            running = self._progress.name if self._progress else "another"
            raise VitalsError(
                f"The drill {running} is running, and a second fault would hide what the first one does. Nothing was "
                "done. Wait until it ends, or stop it."
            )
        self._progress = DrillProgress(name=name, begun_at=time.time())
        self._task = asyncio.create_task(self._perform(drill))

    def stop(self) -> None:
        """Cancel the one that runs; its fault is cleared on the way out."""
        if self._task is not None and not self._task.done():
            self._say("stopping; the fault is cleared")
            self._task.cancel()

    async def ended(self) -> None:
        """Stop the one that runs and wait until its fault is cleared."""
        self.stop()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _perform(self, drill: Drill) -> None:
        try:
            async with self._attach(self._folder) as stack:
                outcome = await perform(drill, stack, self._say)
            self._judge(outcome)
        except VitalsError as error:
            self._say(str(error))
            self._end("failed")
        except asyncio.CancelledError:
            self._end("stopped")
        except Exception as error:
            self._say(f"ended with a defect: {error!r}")
            self._end("failed")
            raise

    def _judge(self, outcome: Outcome) -> None:
        if outcome.problem is None and outcome.skipped is None:
            self._say("everything was as expected")
        self._end("failed" if outcome.problem else "skipped" if outcome.skipped else "passed")

    def _say(self, line: str) -> None:
        known = self._progress
        if known is not None:
            said = line.removeprefix(f"{known.name}: ")
            self._progress = replace(known, lines=(*known.lines, said)[-_MOST_LINES:])

    def _end(self, verdict: DrillVerdict) -> None:
        if self._progress is not None:
            self._progress = replace(self._progress, ended_at=time.time(), verdict=verdict)
