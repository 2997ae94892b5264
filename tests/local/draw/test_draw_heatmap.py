"""Heatmaps: buckets of a histogram are taken apart, others are drawn as they are, and values can be counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from vitals.local.draw.buckets import buckets_of
from vitals.local.draw.dashboard import Panel, parse_dashboard
from vitals.local.draw.frame import PanelData, Size
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import DARK, LIGHT
from vitals.local.draw.window import Window

from .conftest import START

CUMULATIVE = {"0.1": (1.0, 2.0), "0.5": (4.0, 2.0), "+Inf": (5.0, 9.0)}


def _panel(form: str = "heatmap", **raw: Any) -> Panel:  # noqa: ANN401 a panel's JSON
    target = {"refId": "A", "expr": "up", "format": form}
    panel = {"id": 1, "type": "heatmap", "targets": [target], "options": {"calculate": False}, **raw}
    return parse_dashboard({"uid": "b", "panels": [panel]}).panels[0]


def _series(values: Mapping[str, Sequence[float]], label: str = "le") -> list[DrawnSeries]:
    return [
        DrawnSeries(name, {label: name}, tuple(START + 15.0 * (i + 1) for i in range(len(row))), tuple(row))
        for name, row in values.items()
    ]


def _rows(panel: Panel, series: Sequence[DrawnSeries], window: Window) -> dict[str, list[float]]:
    return {one.name: list(one.values.values()) for one in buckets_of(panel, series, window)}


def test_a_histogram_is_taken_apart_by_its_bounds(window: Window) -> None:
    """In the order of the bounds whatever that of the server; a bucket below the one before it is empty."""
    shuffled = {name: CUMULATIVE[name] for name in ("+Inf", "0.5", "0.1")}

    assert _rows(_panel(), _series(shuffled), window) == {"0.1": [1, 2], "0.5": [3, 0], "+Inf": [1, 7]}


def test_series_of_another_format_are_drawn_as_they_are(window: Window) -> None:
    """They have counts of their own; names that are words keep the server's order."""
    series = _series({"small": (1, 2), "large": (4, math.nan)}, label="size")

    assert _rows(_panel("time_series"), series, window) == {"small": [1, 2], "large": [4]}


def test_buckets_of_several_instances_are_one(window: Window) -> None:
    """Two series with the same bound are added up before they are taken apart."""
    assert _rows(_panel(), [*_series(CUMULATIVE), *_series(CUMULATIVE)], window)["0.5"] == [6, 0]


@pytest.mark.parametrize(
    ("y_buckets", "bounds"),
    [
        ({"mode": "size", "value": "5"}, [5, 10, 15]),
        ({"mode": "count", "value": "3"}, [5, 10, 15]),
        ({"scale": {"type": "log", "log": 2}}, [2, 4, 8, 16]),
    ],
)
def test_values_are_counted_where_the_panel_asks_for_it(
    y_buckets: dict[str, Any], bounds: list[float], window: Window
) -> None:
    """Each value is in one bucket, by size, by number or by powers."""
    panel = _panel(options={"calculate": True, "calculation": {"yBuckets": y_buckets}})
    found = buckets_of(panel, _series({"a": (1, 3, 6), "b": (11, 14, 2)}), window)

    assert [one.bound for one in found] == bounds
    assert sum(sum(one.values.values()) for one in found) == 6


@pytest.mark.parametrize(
    "y_buckets",
    [
        {"mode": "count", "value": "100000000"},
        {"mode": "count", "value": "-5"},
        {"mode": "size", "value": "-5"},
        {"mode": "size", "value": "0.000001"},
        {"scale": {"type": "log", "log": 1}},
        {"scale": {"type": "log", "log": 1.0000001}},
    ],
    ids=["many", "fewer than none", "a size below zero", "a tiny size", "no power", "hardly a power"],
)
def test_no_number_of_a_file_makes_buckets_without_end(y_buckets: dict[str, Any], window: Window) -> None:
    """More rows than pixels show nothing more; each value is in one bucket all the same."""
    panel = _panel(options={"calculate": True, "calculation": {"yBuckets": y_buckets}})
    found = buckets_of(panel, _series({"a": (0, 1e-9, 6), "b": (1e6, 14, -3)}), window)

    assert 1 < len(found) <= 201
    assert sum(sum(one.values.values()) for one in found) == 6


def test_a_heatmap_before_grafana_9_is_read_too(window: Window) -> None:
    """Its options stood beside the others: the unit of the axis, the colours, and whether buckets are given."""
    color = {"mode": "spectrum", "colorScheme": "interpolateBlues"}
    old = _panel(options=None, dataFormat="tsbuckets", yAxis={"format": "s"}, color=color)
    spec = draw_panel(old, PanelData(_series(CUMULATIVE)), window=window, size=Size(480, 240), theme=LIGHT)

    assert {one["name"]: one["value"] for one in spec["params"]}["row_labels"] == ["100 ms", "500 ms", "+Inf"]
    assert spec["layer"][0]["encoding"]["color"]["scale"]["scheme"] == "blues"


def test_little_is_near_to_the_background_in_both_themes(window: Window) -> None:
    """A scale that begins pale is turned round on a dark panel; empty cells are not drawn."""
    turned = []
    for theme in (LIGHT, DARK):
        spec = draw_panel(_panel(), PanelData(_series(CUMULATIVE)), window=window, size=Size(480, 240), theme=theme)
        turned.append(spec["layer"][0]["encoding"]["color"]["scale"]["reverse"])
        assert [cell["v"] for cell in spec["datasets"]["cells"]] == [1, 2, 3, 1, 7]
    assert turned == [False, True]
