"""Both engines over the same data: what Grafana's own components write is what our drawing writes."""

from __future__ import annotations

import asyncio
import math
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vitals.local.draw.axes import plot_width, value_axis
from vitals.local.draw.dashboard import parse_dashboard
from vitals.local.draw.fields import rename, show_value
from vitals.local.draw.frame import Size
from vitals.local.draw.legend import Legend
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.reducers import CALCULATIONS, reduce
from vitals.local.draw.series import DrawnSeries, distinct_names
from vitals.local.draw.table import build_table
from vitals.local.draw.theme import DARK, LIGHT
from vitals.local.draw.time_ticks import time_ticks
from vitals.local.draw.window import choose_window
from vitals.local.pictures.ask import DrawnFile, TimeRange, ask
from vitals.local.pictures.compose import compose
from vitals.local.pictures.files import chosen
from vitals.local.pictures.grafana import (
    GrafanaPanel,
    GrafanaPicture,
    draw_with_grafana,
    grafana_engine,
    panels_of,
    redrawn,
)
from vitals.local.portal.prometheus import Prometheus
from vitals.local.stack.rendered_rules import load_rules
from vitals.local.tools import ensure, find, showing_progress
from vitals.paths import RENDERED
from vitals.rendered import names, read
from vitals.verify.preview.exposed import exposed
from vitals.verify.preview.read_series import texts_of
from vitals.verify.preview.synthetic import SyntheticPlatform, synthetic
from vitals.verify.query_cost.count import END, CountPrograms

from .grafana_numbers import TODAY, by_grafana, every, recorded

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.live,
    pytest.mark.skipif(
        not (shutil.which("node") and shutil.which("npm") and find("chromium")),
        reason="Grafana's components need node, npm and Chromium, and one of them is not installed on this machine",
    ),
]

ENV = "prod"
SPAN = TimeRange(END, 6 * 3600.0)


def test_every_unit_is_written_as_grafana_writes_it() -> None:
    """Each unit that Grafana offers: as it is, with decimals, and on an axis."""
    units, _ = by_grafana([])
    numbers = every(sorted(set(units) - TODAY))
    _, texts = by_grafana(numbers)
    other = [
        (one, text, ours)
        for one, text in zip(numbers, texts, strict=True)
        if (ours := panel_text(one.value, one.unit, one.decimals, of_step=one.step)) != text
    ]

    assert len(units) > 250
    assert other == []


def test_what_is_recorded_is_what_grafana_writes_today() -> None:
    """The table of the tests without node is not older than the package."""
    rows = recorded()
    _, texts = by_grafana([one for one, _ in rows])

    assert [text for _, text in rows] == texts


@pytest.fixture(scope="module")
def dashboards() -> list[DrawnFile]:
    """Every rendered dashboard of an environment over synthetic data, as our engine has it."""
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    folder = RENDERED / ENV
    files = chosen([], folder)
    rules = load_rules(folder / names.RULES)
    platform = SyntheticPlatform(exposed(read(folder).model, [*texts_of(files), *(rule.expr for rule in rules)]), rules)

    async def drawn() -> list[DrawnFile]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
            programs = CountPrograms(found["prometheus"], found["promtool"])
            made = synthetic(
                files, platform, length_s=SPAN.length_s, folder=Path(temporary), programs=programs, say=print
            )
            async with made as api:
                prometheus = Prometheus(api.client, api.url)
                return [await ask(file, SPAN, LIGHT, prometheus) for file in files]

    return asyncio.run(drawn())


Pair = tuple[str, GrafanaPanel, GrafanaPicture]


@pytest.fixture(scope="module")
def pairs(dashboards: list[DrawnFile]) -> list[Pair]:
    """Each panel of them, with what Grafana's components show of it."""
    panels = [
        (f"{drawn.file.stem}: {one.panel.title}", one) for drawn in dashboards for _, one in panels_of(drawn, LIGHT)
    ]
    pictures = asyncio.run(draw_with_grafana([one for _, one in panels], print))
    return [(name, one, picture) for (name, one), picture in zip(panels, pictures, strict=True)]


def _of(pairs: list[Pair], kind: str) -> Iterator[Pair]:
    found = [one for one in pairs if one[1].panel.kind == kind]
    assert found
    return iter(found)


def test_the_value_axes_have_the_same_labels(pairs: list[Pair]) -> None:
    """Tick by tick, from the same values on a plot of the same height."""
    other = {}
    for name, one, picture in _of(pairs, "timeseries"):
        legend = Legend(one.panel, one.series, one.size)
        ours = value_axis(one.panel, one.series, one.size.height - legend.height_px)
        if ours.texts != picture.y:
            other[name] = (ours.texts, picture.y, one.size.height - legend.height_px, picture.plot_px)

    assert other == {}


def test_the_time_axes_have_the_same_labels(pairs: list[Pair]) -> None:
    """In UTC, from a plot of the same width."""
    other = {}
    for name, one, picture in _of(pairs, "timeseries"):
        legend = Legend(one.panel, one.series, one.size)
        axis = value_axis(one.panel, one.series, one.size.height - legend.height_px)
        ticks = time_ticks(one.window, plot_width(one.size.width, axis.width_px))
        ours = tuple(datetime.fromtimestamp(at, UTC).strftime(ticks.form) for at in ticks.moments)
        if ours != picture.x:
            other[name] = (ours, picture.x)

    assert other == {}


def test_the_legends_say_the_same(pairs: list[Pair]) -> None:
    """Names and, where ours has room for them, the calculations with their values."""
    other = {}
    for name, one, picture in _of(pairs, "timeseries"):
        series = distinct_names(rename(one.panel, one.series))
        ours = [tuple(text.split("  ")) for text in Legend(one.panel, series, one.size).labels.values()]
        grafanas = [entry[: len(shown)] for entry, shown in zip(picture.legend, ours, strict=False)]
        if ours != grafanas or len(picture.legend) != len(ours):
            other[name] = (ours, picture.legend)

    assert other == {}


def test_every_calculation_is_what_grafana_makes_of_it() -> None:
    """All that a legend can show, over samples that rise, fall, repeat and are missing, each with its name and unit."""
    calcs = [calc for calc in CALCULATIONS if not calc.startswith("p") or calc in ("p1", "p50", "p92", "p95", "p99")]
    values = (3.0, 3.0, 0.25, math.nan, 8.0, 12.5, 4.0, 6.0, 6.0, 7.75)
    times = tuple(SPAN.end - 60.0 * (len(values) - n) for n in range(len(values)))
    series = [DrawnSeries("wait", {}, times, values)]
    window = choose_window(SPAN.start, SPAN.end, width=900)

    def asked(some: list[str]) -> GrafanaPanel:
        raw = {
            "id": 1,
            "type": "timeseries",
            "title": "Wait",
            "targets": [{"refId": "A", "expr": "wait"}],
            "fieldConfig": {"defaults": {"unit": "s"}},
            "options": {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": some}},
        }
        panel = parse_dashboard({"uid": "b", "panels": [raw]}).panels[0]
        return GrafanaPanel(panel, series, window, Size(900, 900), LIGHT)

    panels = [asked(calcs[first : first + 5]) for first in range(0, len(calcs), 5)]  # as many as a line has room for
    pictures = asyncio.run(draw_with_grafana(panels, print))
    ours = [tuple(text.split("  ")) for one in panels for text in Legend(one.panel, series, one.size).labels.values()]

    assert len(calcs) > 25
    assert sum(map(len, ours)) == len(calcs) + len(panels)
    assert ours == [picture.legend[0] for picture in pictures]


def test_the_numbers_and_their_colours_are_the_same(pairs: list[Pair]) -> None:
    """Each tile has its name where Grafana shows one, its value, and the colour of the threshold that it reaches."""
    other = {}
    seen = set()
    for name, one, picture in _of(pairs, "stat"):
        for series, tile in zip(one.series, picture.tiles, strict=True):
            value = reduce(series.values, "lastNotNull")
            shown = show_value(one.panel, value, one.theme)
            colors = {one.theme.color(step.color): step.color for step in one.panel.thresholds}
            seen.add(tile.color)
            if tile.texts[-1] != shown.text or tile.color != colors[shown.color]:
                other[f"{name}: {series.name}"] = (shown.text, colors[shown.color], tile)

    assert other == {}
    assert len(seen) > 1


def test_the_tables_have_the_same_cells() -> None:
    """Titles, order and rows, with a label that is hidden and values with a unit; no alert fires in synthetic data."""
    organize = {"excludeByName": {"Time": True, "pod": True}, "indexByName": {"alert": 0, "service": 1}}
    raw = {
        "id": 1,
        "type": "table",
        "title": "Firing alerts",
        "targets": [{"refId": "A", "expr": "ALERTS"}],
        "transformations": [{"id": "organize", "options": {**organize, "renameByName": {"alert": "Alert"}}}],
        "fieldConfig": {"defaults": {"unit": "s"}},
    }
    panel = parse_dashboard({"uid": "b", "panels": [raw]}).panels[0]
    labels = [{"alert": f"Alert{number}", "service": f"s{number % 2}", "pod": "p"} for number in range(3)]
    series = [DrawnSeries(one["alert"], one, (SPAN.end,), (90.5 * n,)) for n, one in enumerate(labels)]
    window = choose_window(SPAN.start, SPAN.end, width=900)
    asked = GrafanaPanel(panel, series, window, Size(900, 300), LIGHT)
    (picture,) = asyncio.run(draw_with_grafana([asked], print))
    table = build_table(panel, series, LIGHT)

    assert picture.cells == (table.columns, *table.rows)
    assert table.columns == ("Alert", "service", "Value")


def test_the_command_draws_with_grafanas_components(dashboards: list[DrawnFile]) -> None:
    """Every panel that they can draw has a picture of theirs, in either theme, and it is said below the dashboard."""
    engine = grafana_engine()
    for theme in (LIGHT, DARK):
        (found,) = asyncio.run(redrawn(dashboards[:1], theme, print))
        svg = compose(found, SPAN, theme, source="synthetic data", drawn_by=engine.drawn_by)
        pictures = [one.png for one in found.tiles if one.png]

        assert len(pictures) == len(list(panels_of(dashboards[0], theme))) > 0
        assert all(one.startswith(b"\x89PNG") for one in pictures)
        assert svg.count("<image ") == len(pictures)
        assert "drawn by @grafana/ui" in svg
