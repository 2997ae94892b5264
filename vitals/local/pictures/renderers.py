"""Drawings as pixels on every processor, and each panel once however many pictures show it.

What two pictures have in common, a panel that did not change or only moved, is drawn for the first of them and put into
the others as it is. Letters are those of Liberation Sans, which the library brings: so a picture is the same on every
machine, and no font file is opened, which the library does for each letter of each text and which takes as long as all
the rest. Only what has letters of other scripts is drawn with the fonts of the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.draw.frame import Spec
from vitals.local.pictures import pixels
from vitals.local.pictures.ask import DrawnFile, DrawnTile
from vitals.local.pictures.compose import panel_text
from vitals.local.pictures.pixels import LENGTH, request

_FONTS = Path(__file__).parent / "fonts.conf"
_LETTERS = re.compile(
    "[\t\n\u0020-\u007e\u00a0-\u017f\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f\u2010\u2011\u2013\u2014\u2018-\u201e\u2020-\u2022"
    "\u2026\u2030\u20ac\u2122\u2190-\u2195\u2212\u221e\u2248\u2260\u2264\u2265\u25ba\u25bc]*"
)
"""What Liberation Sans has, as far as dashboards may have it: Latin, Greek, Cyrillic, signs."""
_MOST = 4
"""Processes: each takes a second to start and 150 MB, and the panels of one dashboard keep no more of them busy."""


class Renderers:
    """Draws panels and pictures in other processes.

    Args:
        scale: Pixels for one of the grid.
    """

    def __init__(self, scale: float) -> None:
        self.processes: list[Process] = []
        self.panels: dict[str, asyncio.Task[bytes]] = {}
        self._scale = scale
        self._idle: dict[bool, asyncio.Queue[Process]] = {}

    async def start(self, *, own_font: bool) -> asyncio.Queue[Process]:
        """Start as many processes as there are processors, if none are there.

        Args:
            own_font: Whether they draw with the font of the library; with those of the machine otherwise.

        Returns:
            Those that have nothing to do.
        """
        if own_font not in self._idle:
            idle = self._idle[own_font] = asyncio.Queue()
            count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            for _ in range(min(_MOST, count)):
                # Nothing is imported from the folder in which the command runs, which may be a branch's. In a group of
                # its own, Ctrl-C reaches only this process, which ends the others in good order.
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", pixels.__file__, stdin=PIPE, stdout=PIPE, process_group=0,
                    env={**os.environ, **({"FONTCONFIG_FILE": str(_FONTS)} if own_font else {})},
                )  # fmt: skip
                self.processes.append(process)
                idle.put_nowait(process)
        return self._idle[own_font]

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
        return await self._draw(svg, is_spec=False)

    async def _tile(self, one: DrawnTile) -> DrawnTile:
        return one if one.spec is None else replace(one, png=await self._panel(one.spec))

    def _panel(self, spec: Spec) -> asyncio.Task[bytes]:
        text = panel_text(spec)
        if text not in self.panels:
            self.panels[text] = asyncio.create_task(self._draw(text, is_spec=True))
        return self.panels[text]

    async def _draw(self, text: str, *, is_spec: bool) -> bytes:
        idle = await self.start(own_font=_LETTERS.fullmatch(text) is not None)
        process = await idle.get()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("a renderer is started with pipes")
        try:
            process.stdin.write(request(text, is_spec=is_spec, scale=self._scale))
            await process.stdin.drain()
            length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
            found = await process.stdout.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise VitalsError(
                "A process that turns drawings into pixels ended, so nothing was written. A system ends it where "
                "memory is short: free some, and try again."
            ) from error
        idle.put_nowait(process)
        return found


@contextlib.asynccontextmanager
async def renderers(*, scale: float) -> AsyncIterator[Renderers]:
    """Start as many processes as there are processors, and end them.

    Args:
        scale: Pixels for one of the grid.
    """
    pool = Renderers(scale)
    try:
        await pool.start(own_font=True)
        yield pool
    finally:
        for task in pool.panels.values():
            task.cancel()
        for process in pool.processes:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        ended = (one.wait() for one in pool.processes)
        await asyncio.gather(*pool.panels.values(), *ended, return_exceptions=True)
