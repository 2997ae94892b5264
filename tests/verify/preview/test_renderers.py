"""Pictures from several processes: each panel is drawn once, and is in every picture as it was drawn."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import struct
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from vitals.errors import VitalsError
from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.ask import DrawnFile, ask
from vitals.local.pictures.compose import compose
from vitals.local.pictures.files import read_dashboard
from vitals.local.pictures.renderers import renderers
from vitals.local.portal.prometheus import Prometheus

from .conftest import SPAN, dashboard, recorded

_NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_IMAGE = re.compile(r'<image x="\d+" y="\d+" width="(\d+)" height="(\d+)" xlink:href="data:image/png;base64,([^"]+)')


async def _drawn() -> DrawnFile:
    async with httpx.AsyncClient(transport=httpx.MockTransport(recorded)) as client:
        file = read_dashboard(Path("small.json"), json.dumps(dashboard()))
        return await ask(file, SPAN, LIGHT, Prometheus(client, "http://prometheus.test"))


def test_a_panel_is_drawn_once_and_stands_in_each_picture_pixel_by_pixel() -> None:
    """One that moved is not drawn again; each is at whole pixels in its own size, where a renderer copies it."""

    async def run() -> None:
        drawn = await _drawn()
        lower = tuple(replace(one, tile=replace(one.tile, y=one.tile.y + 38)) for one in drawn.tiles)
        async with renderers(scale=1.0) as pool:
            pool.begin(drawn)
            before, after = await pool.rendered(drawn), await pool.rendered(replace(drawn, tiles=lower))
            images = _IMAGE.findall(compose(after, SPAN, LIGHT, source="recorded"))
            width, height, data = images[0]
            alone = f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/>'

            assert len(pool.panels) == sum(one.spec is not None for one in drawn.tiles) == len(images) == 9
            assert [one.png for one in before.tiles] == [one.png for one in after.tiles]
            whole = f'<svg {_NAMES} width="{width}" height="{height}">{alone}</svg>'
            assert await pool.picture(whole) == b64decode(data)
            for width, height, data in images:
                assert struct.unpack(">II", b64decode(data)[16:24]) == (int(width), int(height))

    asyncio.run(run())


def test_only_letters_of_other_scripts_need_the_fonts_of_the_machine() -> None:
    """All else is drawn with the font of the library, so that a picture is the same on every machine."""

    async def run() -> tuple[int, int, int]:
        counts = []
        async with renderers(scale=1.0) as pool:
            for text in ("", "Größe µs ≤ 5 €, Δ", "応答時間"):
                assert await pool.picture(f'<svg {_NAMES} width="9" height="9"><text>{text}</text></svg>')
                counts.append(len(pool.processes))
        return counts[0], counts[1], counts[2]

    started, latin, japanese = asyncio.run(run())

    assert started == latin
    assert japanese == 2 * started


def test_a_process_that_is_ended_is_an_error_and_none_is_left() -> None:
    """Memory may be short; then it is said, and whatever else was being drawn is given up."""

    async def run() -> None:
        drawn = await _drawn()
        async with renderers(scale=1.0) as pool:
            for child in psutil.Process().children():
                os.kill(child.pid, signal.SIGKILL)
            await pool.rendered(drawn)

    before = set(psutil.Process().children())
    with pytest.raises(VitalsError, match="pixels ended"):
        asyncio.run(run())
    assert set(psutil.Process().children()) == before
