"""Every panel type becomes a valid Vega-Lite spec that shows what the queries returned."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
import vl_convert

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.events import Event
from vitals.local.draw.frame import PanelData, Size
from vitals.local.draw.layers import still
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries, Exemplar
from vitals.local.draw.theme import DARK, LIGHT, Theme
from vitals.local.draw.window import Window

from .conftest import START, PanelMaker

KINDS = [
    "timeseries",
    "stat",
    "gauge",
    "bargauge",
    "piechart",
    "histogram",
    "table",
    "state-timeline",
    "status-history",
    "heatmap",
]


def _series(name: str = "p95", *values: float, start: float = START) -> DrawnSeries:
    values = values or (0.1, 0.2, 0.15)
    return DrawnSeries(name, {"endpoint": name}, tuple(start + 15 * i for i in range(len(values))), tuple(values))


def _svg(spec: dict[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(spec))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_kind_is_drawn_with_its_names(
    kind: str,
    theme: Theme,
    make_panel: PanelMaker,
    window: Window,
    size: Size,
) -> None:
    """The picture names both series and is exactly as large as asked."""
    panel = make_panel(kind, unit="s")
    data = PanelData([_series("fast", 0.1, 0.2), _series("slow", 0.8, 0.9)])
    svg = _svg(draw_panel(panel, data, window=window, size=size, theme=theme))
    assert ">fast<" in svg
    assert ">slow<" in svg
    assert f'width="{size.width}" height="{size.height}"' in svg


@pytest.mark.parametrize("kind", KINDS)
def test_no_sample_shows_the_panels_own_words(kind: str, make_panel: PanelMaker, window: Window, size: Size) -> None:
    """An empty answer is said in the picture, with the dashboard's no-value text."""
    panel = make_panel(kind, noValue="No requests yet")
    assert ">No requests yet<" in _svg(draw_panel(panel, PanelData(), window=window, size=size, theme=LIGHT))


def test_an_unknown_kind_is_named(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """A type that is not drawn says so instead of showing nothing."""
    svg = _svg(draw_panel(make_panel("nodeGraph"), PanelData(), window=window, size=size, theme=LIGHT))
    assert "does not draw panels of type" in svg


def test_a_status_history_shows_each_sample_and_a_state_timeline_each_state(
    make_panel: PanelMaker, window: Window, size: Size
) -> None:
    """Two samples of one state are two blocks of the one and one of the other."""
    series = [DrawnSeries("a", {}, (START, START + window.step, START + 2 * window.step), (1.0, 1.0, 0.0))]
    blocks = {
        kind: draw_panel(make_panel(kind), PanelData(series), window=window, size=size, theme=LIGHT)["datasets"][
            "blocks"
        ]
        for kind in ("status-history", "state-timeline")
    }

    assert {kind: len(rows) for kind, rows in blocks.items()} == {"status-history": 3, "state-timeline": 2}
    first, second, _ = blocks["status-history"]
    assert first["until"] < second["t"]


def test_a_value_is_read_where_its_colour_is_transparent(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """A stat whose background shall be none has its text in the colour of texts."""
    panel = make_panel("stat", steps=[{"color": "transparent"}], options={"colorMode": "background"})
    spec = draw_panel(panel, PanelData([_series("a", 3.0)]), window=window, size=size, theme=LIGHT)

    assert {row["c"] for row in spec["datasets"]["texts"]} == {LIGHT.text}


def test_a_refresh_changes_rows_only(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """With the same series, two specs differ in datasets and parameter values and nowhere else."""
    panel = make_panel(unit="s", steps=[{"color": "green"}, {"color": "red", "value": 0.25}])

    def shape(data: PanelData) -> str:
        spec = draw_panel(panel, data, window=window, size=size, theme=LIGHT)
        names = [param["name"] for param in spec["params"]]
        return json.dumps({**spec, "datasets": sorted(spec["datasets"]), "params": names})

    late = PanelData(
        [_series("p95", 0.3, 0.4, 0.5, 0.6)],
        [Exemplar(START + 15, 0.4, "ab" * 16)],
        [Event("Deploy", "", "blue", START, START)],
    )
    assert shape(PanelData([_series()])) == shape(late)


def test_thresholds_become_lines_with_their_value(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """A dashed threshold style draws a line for each step that has a value, labelled in the panel's unit."""
    steps = [{"color": "green"}, {"color": "red", "value": 0.25}]
    panel = make_panel(unit="s", steps=steps, custom={"thresholdsStyle": {"mode": "dashed"}, "axisSoftMax": 0.275})
    spec = draw_panel(panel, PanelData([_series()]), window=window, size=size, theme=LIGHT)
    assert spec["datasets"]["thresholds"] == [{"v": 0.25, "color": LIGHT.named["red"], "label": "250 ms"}]
    assert ">250 ms<" in _svg(spec)
    plain = make_panel(unit="s", steps=steps)
    drawn = draw_panel(plain, PanelData([_series()]), window=window, size=size, theme=LIGHT)
    assert drawn["datasets"]["thresholds"] == []


def test_a_still_drawing_has_no_point_for_each_sample(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """What only a pointer shows is left out; the lines, their legend and all else are there."""
    spec = draw_panel(make_panel(), PanelData([_series("a", *range(200))]), window=window, size=size, theme=LIGHT)
    moving, drawn = _svg(spec), _svg(still(spec))

    assert [one["mark"]["type"] for one in still(spec)["layer"]] == ["line"]
    assert moving.count("<path") > 400
    assert drawn.count("<path") < 30
    assert [one.count("mark-line") for one in (drawn, moving)] == [1, 1]
    assert re.findall(r">([^<>]+)</text>", drawn) == re.findall(r">([^<>]+)</text>", moving)


def test_exemplars_link_to_their_trace(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Each dot carries the address of its trace."""
    trace = "0af7651916cd43dd8448eb211c80319c"
    data = PanelData([_series()], [Exemplar(START + 20, 0.12, trace)])
    svg = _svg(draw_panel(make_panel(unit="s"), data, window=window, size=size, theme=LIGHT))
    assert f'/traces/{trace}"' in svg


def test_events_are_clipped_to_the_window(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """What began earlier starts at the left edge; what lies outside is left out."""
    events = [
        Event("Outage", "critical", "red", window.start - 600, window.start + 60),
        Event("Old", "", "red", window.start - 600, window.start - 500),
    ]
    data = PanelData([_series()], events=events)
    spec = draw_panel(make_panel(), data, window=window, size=size, theme=LIGHT)
    (row,) = spec["datasets"]["events"]
    assert (row["title"], row["t"], row["until"]) == ("Outage", window.start * 1000, (window.start + 60) * 1000)


def test_a_gap_breaks_the_line_and_a_lone_sample_is_a_dot(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Missing samples leave a hole; a sample without neighbours is drawn as a point."""
    times = (START, START + 15, START + 300, START + 600)
    lone = DrawnSeries("p95", {}, times, (1.0, 2.0, 3.0, math.nan))
    spec = draw_panel(make_panel(), PanelData([lone]), window=window, size=size, theme=LIGHT)
    rows = spec["datasets"]["points"]
    assert [(row["v"], row["alone"]) for row in rows if row["v"] is not None] == [(1, False), (2, False), (3, True)]
    assert rows[2]["v"] is None


def test_colours_come_from_thresholds_mappings_and_overrides(
    make_panel: PanelMaker, window: Window, size: Size
) -> None:
    """A stat takes the colour of the threshold it reaches and the text of its mapping; a line that of its override."""
    steps = [{"color": "red"}, {"color": "green", "value": 1}]
    mappings = [{"type": "value", "options": {"1": {"text": "Up"}}}]
    stat = make_panel("stat", steps=steps, mappings=mappings)
    spec = draw_panel(stat, PanelData([_series("api", 1.0)]), window=window, size=size, theme=LIGHT)
    texts = {row["s"]: row["c"] for row in spec["datasets"]["texts"]}
    assert texts["Up"] == LIGHT.named["green"]

    line: Panel = make_panel(
        overrides=[
            {
                "matcher": {"id": "byName", "options": "p95"},
                "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "dark-purple"}}],
            }
        ]
    )
    spec = draw_panel(line, PanelData([_series("p95")]), window=window, size=size, theme=LIGHT)
    scales = [layer["encoding"]["color"]["scale"] for layer in spec["layer"] if "color" in layer["encoding"]]
    assert scales[0]["range"] == [LIGHT.named["purple"]]


@pytest.mark.parametrize("others", [0, 3])
def test_a_promise_is_dashed_and_unfilled_as_its_override_says(
    others: int, make_panel: PanelMaker, window: Window, size: Size
) -> None:
    """Line overrides reach their own line and no other, whether it is alone or among several."""
    properties = [
        {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 6]}},
        {"id": "custom.fillOpacity", "value": 0},
        {"id": "custom.lineWidth", "value": 1},
    ]
    panel = make_panel(
        custom={"lineWidth": 3, "fillOpacity": 20},
        overrides=[{"matcher": {"id": "byName", "options": "promised"}, "properties": properties}],
    )
    series = [_series("promised"), *(_series(f"p{i}") for i in range(others))]
    svg = _svg(draw_panel(panel, PanelData(series), window=window, size=size, theme=LIGHT))
    lines = re.findall(r'aria-roledescription="line mark"[^>]*', svg)
    assert len(lines) == 1 + others
    assert [('stroke-dasharray="8,6"' in line, 'stroke-width="1.2"' in line) for line in lines] == [
        (True, True),
        *[(False, False)] * others,
    ]
    assert svg.count('fill-opacity="0.2"') == others


def test_a_table_joins_queries_and_organizes_columns(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Rows of two queries with equal labels are one row; hidden columns are gone, renamed ones renamed."""
    panel = make_panel("table", unit="none")
    organize = {"excludeByName": {"job": True}, "renameByName": {"Value #A": "Now", "Value #B": "Before"}}
    panel = type(panel)(
        id=panel.id,
        kind="table",
        defaults=panel.defaults,
        transformations=({"id": "organize", "options": organize},),
    )
    labels = {"endpoint": "/a", "job": "api"}
    series = [DrawnSeries("a", labels, (START,), (1.0,), "A"), DrawnSeries("a", labels, (START,), (2.0,), "B")]
    svg = _svg(draw_panel(panel, PanelData(series), window=window, size=size, theme=LIGHT))
    for text in ("Now", "Before", "/a", "1", "2"):
        assert f">{text}<" in svg
    assert ">job<" not in svg


def test_a_long_table_says_what_is_left_out(make_panel: PanelMaker, window: Window) -> None:
    """Rows that do not fit are counted."""
    series = [_series(f"/{i}", 1.0) for i in range(30)]
    panel = make_panel("table")
    svg = _svg(draw_panel(panel, PanelData(series), window=window, size=Size(400, 148), theme=LIGHT))
    assert ">and 26 more rows<" in svg


def test_text_panels_are_wrapped(make_panel: PanelMaker, window: Window) -> None:
    """A paragraph wider than the panel becomes several lines."""
    panel = make_panel("text", options={"content": "word " * 40})
    spec = draw_panel(panel, PanelData(), window=window, size=Size(300, 200), theme=LIGHT)
    assert len(spec["datasets"]["texts"]) > 3


def test_a_band_reaches_from_one_line_to_another(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """It is shaded where both have a value and is not in the legend if it says so; without the other there is none."""
    hidden = {"id": "custom.hideFrom", "value": {"legend": True, "tooltip": False, "viz": False}}
    override = {
        "matcher": {"id": "byName", "options": "upper"},
        "properties": [
            {"id": "custom.fillBelowTo", "value": "lower"},
            {"id": "custom.fillOpacity", "value": 10},
            hidden,
        ],
    }
    panel = make_panel(overrides=[override])
    value, upper, lower = (
        _series("value", 0.2, 0.3, 0.2),
        _series("upper", 0.4, math.nan, 0.5),
        _series("lower", 0.1, 0.1, 0.1),
    )

    def drawn(*series: DrawnSeries) -> dict[str, Any]:
        return draw_panel(panel, PanelData(list(series)), window=window, size=size, theme=LIGHT)

    whole = drawn(value, upper, lower)
    assert [(row["high"], row["low"]) for row in whole["datasets"]["bands"] if row["high"]] == [(0.4, 0.1), (0.5, 0.1)]
    assert ">upper<" not in _svg(whole)
    assert ">lower<" in _svg(whole)
    assert drawn(value, upper)["datasets"]["bands"] == []
