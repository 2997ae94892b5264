"""Panels drawn by Grafana's own components in a headless browser, and what each of them shows as text.

Four types of panel can be drawn so, which most panels are; Grafana keeps the others to itself. Data are those that our
own drawing gets, so both can be compared: what they say, not their pixels.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.frame import Size
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import DARK, Theme
from vitals.local.draw.window import Window
from vitals.local.pictures.ask import DrawnFile
from vitals.local.pictures.draw import PanelEngine
from vitals.local.pictures.grafana_install import SOURCES, chromium, installed, node_program, reason_in
from vitals.local.pictures.pixels import PNG_SCALE

KINDS = frozenset({"timeseries", "stat", "bargauge", "table"})
"""Types of panels for which Grafana publishes a component."""
_LONGEST_LINE = 64 * 2**20
"""Bytes of an answer: a picture of the whole screen has two."""


@dataclass(frozen=True, slots=True)
class GrafanaPanel:
    """What is drawn: a panel with titles filled in, its answers, the range and the size."""

    panel: Panel
    series: Sequence[DrawnSeries]
    window: Window
    size: Size
    theme: Theme


@dataclass(frozen=True, slots=True)
class GrafanaTile:
    """One number of a stat or bar gauge: its texts, and the name of the threshold colour that it has."""

    texts: tuple[str, ...]
    color: str


@dataclass(frozen=True, slots=True)
class GrafanaPicture:
    """A drawn panel.

    Attributes:
        png: Its pixels.
        x: Labels of the time axis.
        y: Labels of the value axis, from below.
        legend: Each entry of the legend: its name, and each of its calculations.
        tiles: Its numbers.
        cells: Rows of a table, the first of which are its titles.
        plot_px: Height and width of the plot; None where there is none.
    """

    png: bytes
    x: tuple[str, ...] = ()
    y: tuple[str, ...] = ()
    legend: tuple[tuple[str, ...], ...] = ()
    tiles: tuple[GrafanaTile, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    plot_px: tuple[float, float] | None = None


async def draw_with_grafana(panels: Sequence[GrafanaPanel], say: Callable[[str], None]) -> list[GrafanaPicture]:
    """Draw panels, each of which is of one of ``KINDS`` and has data.

    Args:
        panels: What is drawn.
        say: Called with what happens.

    Raises:
        VitalsError: The components cannot be installed, the browser does not run, or a panel cannot be drawn.
    """
    browser = chromium()
    folder = await installed(say)
    request = {"chromium": str(browser), "scale": PNG_SCALE, "panels": [_request(one) for one in panels]}
    program = await asyncio.create_subprocess_exec(
        node_program(), "draw.mjs", cwd=folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=_LONGEST_LINE,
    )  # fmt: skip
    try:
        said, problems = await program.communicate(json.dumps(request).encode())
    except asyncio.CancelledError:
        program.terminate()  # node's client ends the browser with it
        await program.wait()
        raise
    answers = [json.loads(line) for line in said.splitlines()]
    if program.returncode or len(answers) != len(panels):
        raise VitalsError(
            f"The browser ended before everything was drawn ({reason_in(problems) or program.returncode}). Nothing was "
            "written. Leave --engine out to draw without it."
        )
    return [_read(one, answer) for one, answer in zip(panels, answers, strict=True)]


def _request(one: GrafanaPanel) -> dict[str, Any]:
    panel = one.panel
    return {
        "kind": panel.kind,
        "title": panel.title,
        "defaults": panel.defaults,
        "options": panel.options,
        "overrides": panel.overrides,
        "transformations": panel.transformations,
        "theme": "dark" if one.theme is DARK else "light",
        "width": one.size.width,
        "height": one.size.height,
        "from": one.window.start * 1000,
        "to": one.window.end * 1000,
        "series": [
            {
                "ref": each.ref,
                "name": each.name,
                "labels": dict(each.labels),
                "times": [at * 1000 for at in each.times],
                "values": [None if math.isnan(value) else value for value in each.values],
            }
            for each in one.series
        ],
    }


def _read(one: GrafanaPanel, answer: dict[str, Any]) -> GrafanaPicture:
    if "error" in answer:
        raise VitalsError(
            f"Grafana's components cannot draw the panel {one.panel.title!r}: {answer['error']}. Nothing was written. "
            "Leave --engine out to draw without them."
        )
    shown = answer["shown"]
    plot = shown.get("plot")
    return GrafanaPicture(
        png=base64.b64decode(answer["png"]),
        x=tuple(shown["x"]),
        y=tuple(shown["y"]),
        legend=tuple(map(tuple, shown["legend"])),
        tiles=tuple(GrafanaTile(tuple(tile["texts"]), tile["color"]) for tile in shown["tiles"]),
        cells=tuple(tuple(row) for row in shown["cells"]),
        plot_px=(plot["height"], plot["width"]) if plot else None,
    )


async def redrawn(drawn: Sequence[DrawnFile], theme: Theme, say: Callable[[str], None]) -> list[DrawnFile]:
    """The same dashboards, with each panel that Grafana's components can draw drawn by them, in one browser.

    Where they can draw none, nothing is installed and no browser is started.

    Raises:
        VitalsError: As ``draw_with_grafana`` says.
    """
    wanted = [(file, number, one) for file, each in enumerate(drawn) for number, one in panels_of(each, theme)]
    if not wanted:
        say("no panel here is one that Grafana's components can draw and has data")
        return list(drawn)
    say(f"drawing {len(wanted)} panels with Grafana's components")
    pictures = await draw_with_grafana([one for _, _, one in wanted], say)
    found = {(file, number): one.png for (file, number, _), one in zip(wanted, pictures, strict=True)}
    return [
        replace(each, tiles=tuple(replace(one, png=found.get((file, n))) for n, one in enumerate(each.tiles)))
        for file, each in enumerate(drawn)
    ]


def panels_of(drawn: DrawnFile, theme: Theme) -> Iterator[tuple[int, GrafanaPanel]]:
    """The panels of a dashboard that Grafana's components can draw, each with the number of its tile."""
    for number, one in enumerate(drawn.tiles):
        asked = one.answer
        if asked is None or one.tile.panel.kind not in KINDS or not any(each.times for each in asked.series):
            continue
        panel = replace(one.tile.panel, title=one.title)
        yield number, GrafanaPanel(panel, asked.series, asked.window, asked.size, theme)


def grafana_engine() -> PanelEngine:
    """Grafana's components as an engine of a preview."""
    meant = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]["@grafana/ui"]
    words = f"{', '.join(sorted(KINDS))} drawn by @grafana/ui {meant}, the rest by vitals; not a running Grafana"
    return PanelEngine(redrawn, words)
