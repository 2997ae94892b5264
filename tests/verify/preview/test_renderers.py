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
from vitals.local.pictures.pixels import png
from vitals.local.pictures.renderers import renderers
from vitals.local.portal.prometheus import Prometheus

from .conftest import SPAN, dashboard, recorded

_IMAGE = re.compile(
    r'<image x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" xlink:href="data:image/png;base64,([^"]+)'
)


async def _drawn() -> DrawnFile:
    async with httpx.AsyncClient(transport=httpx.MockTransport(recorded)) as client:
        file = read_dashboard(Path("small.json"), json.dumps(dashboard()))
        return await ask(file, SPAN, LIGHT, Prometheus(client, "http://prometheus.test"))


def test_a_panel_is_drawn_once_and_stands_in_each_picture_pixel_by_pixel() -> None:
    """One that moved is not drawn again; each is at whole pixels in its own size, where a renderer copies it."""

    async def run() -> tuple[DrawnFile, DrawnFile, int, bytes]:
        drawn = await _drawn()
        lower = tuple(replace(one, tile=replace(one.tile, y=one.tile.y + 38)) for one in drawn.tiles)
        async with renderers(scale=1.0) as pool:
            pool.begin(drawn)
            before, after = await pool.rendered(drawn), await pool.rendered(replace(drawn, tiles=lower))
            return before, after, len(pool.panels), await pool.picture(compose(after, SPAN, LIGHT, source="recorded"))

    before, after, count, picture = asyncio.run(run())
    svg = compose(after, SPAN, LIGHT, source="recorded")
    places = _IMAGE.findall(svg)
    panels = [one for one in before.tiles if one.spec is not None]

    assert count == len(panels) == len(places) == 9
    assert [one.png for one in before.tiles] == [one.png for one in after.tiles]
    for _, _, width, height, data in places:
        assert struct.unpack(">II", b64decode(data)[16:24]) == (int(width), int(height))
    assert picture == png(svg, scale=1.0)
    _, _, width, height, data = places[0]
    alone = f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/>'
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    assert png(f'<svg {names} width="{width}" height="{height}">{alone}</svg>', scale=1.0) == b64decode(data)


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
