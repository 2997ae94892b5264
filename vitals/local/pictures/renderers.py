"""Drawings as pixels on every processor, and each panel once however many pictures show it.

What two pictures have in common, a panel that did not change or only moved, is drawn for the first of them and put into
the others as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import replace

from vitals.errors import VitalsError
from vitals.local.draw.frame import Spec
from vitals.local.pictures import pixels
from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.compose import panel_text
from vitals.local.pictures.pixels import LENGTH, request

_MOST = 4
"""Processes: each takes a second to start and 150 MB, and the panels of one dashboard keep no more of them busy."""


class Renderers:
    """Draws panels and pictures in other processes.

    Args:
        scale: Pixels for one of the grid.
    """

    def __init__(self, scale: float) -> None:
        self.idle: asyncio.Queue[Process] = asyncio.Queue()
        self.panels: dict[str, asyncio.Task[bytes]] = {}
        self._scale = scale

    def begin(self, drawn: DrawnFile) -> None:
        """Begin with the panels of a dashboard, while others are asked for."""
        for one in drawn.tiles:
            if one.spec is not None:
                self._panel(one.spec)

    async def rendered(self, drawn: DrawnFile) -> DrawnFile:
        """The same dashboard with every panel as pixels.

        Raises:
            VitalsError: A process ended.
        """
        return replace(drawn, tiles=tuple([await self._tile(one) for one in drawn.tiles]))

    async def picture(self, svg: str) -> bytes:
        """Return a picture as PNG.

        Raises:
            VitalsError: A process ended.
        """
        return await self._draw(request(svg, is_spec=False, scale=self._scale))

    async def _tile(self, one: DrawnTile) -> DrawnTile:
        return one if one.spec is None else replace(one, png=await self._panel(one.spec))

    def _panel(self, spec: Spec) -> asyncio.Task[bytes]:
        text = panel_text(spec)
        if text not in self.panels:
            self.panels[text] = asyncio.create_task(self._draw(request(text, is_spec=True, scale=self._scale)))
        return self.panels[text]

    async def _draw(self, asked: bytes) -> bytes:
        process = await self.idle.get()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("a renderer is started with pipes")
        try:
            process.stdin.write(asked)
            await process.stdin.drain()
            length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
            found = await process.stdout.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise VitalsError(
                "A process that turns drawings into pixels ended, so nothing was written. A system ends it where "
                "memory is short: free some, and try again."
            ) from error
        self.idle.put_nowait(process)
        return found


@contextlib.asynccontextmanager
async def renderers(*, scale: float) -> AsyncIterator[Renderers]:
    """Start as many processes as there are processors, and end them.

    Args:
        scale: Pixels for one of the grid.
    """
    pool = Renderers(scale)
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    started = []
    try:
        for _ in range(min(_MOST, count)):
            # Nothing is imported from the folder in which the command runs, which may be a branch's. In a group of its
            # own, Ctrl-C reaches only this process, which ends the others in good order.
            command = (sys.executable, "-P", pixels.__file__)
            started.append(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, process_group=0))
            pool.idle.put_nowait(started[-1])
        yield pool
    finally:
        for task in pool.panels.values():
            task.cancel()
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*pool.panels.values(), *(one.wait() for one in started), return_exceptions=True)
