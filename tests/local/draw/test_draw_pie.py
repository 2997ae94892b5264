"""Pies show shares: their slices fill a turn, their legend says value and percentage where the panel asks for them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import Window

from .conftest import START, PanelMaker

VALUES = {"checkout": 30.0, "search": 10.0, "login": 60.0}


def _drawn(
    make_panel: PanelMaker,
    window: Window,
    size: Size,
    values: dict[str, float] | None = None,
    **options: Any,  # noqa: ANN401
) -> Spec:
    shown = VALUES if values is None else values
    series = [DrawnSeries(name, {}, (START, START + 15), (0.0, value)) for name, value in shown.items()]
    panel = make_panel("piechart", unit="reqps", options=options)
    return draw_panel(panel, PanelData(series), window=window, size=size, theme=LIGHT)


def _texts(spec: Spec) -> list[str]:
    return [row["s"] for row in spec["datasets"]["texts"]]


def test_slices_fill_a_turn_the_largest_first(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Each begins where the one before it ends."""
    arcs = _drawn(make_panel, window, size)["datasets"]["arcs"]

    assert [(arc["a2"] - arc["a"]) / (2 * math.pi) for arc in arcs] == pytest.approx([0.6, 0.3, 0.1])
    assert [arc["a"] for arc in arcs[1:]] == pytest.approx([arc["a2"] for arc in arcs[:-1]])
    assert {arc["r"] for arc in arcs} == {0.0}


def test_a_ring_has_a_hole_and_keeps_the_order_that_it_is_given(
    make_panel: PanelMaker, window: Window, size: Size
) -> None:
    """As the panel says."""
    arcs = _drawn(make_panel, window, size, pieType="donut", sort="none")["datasets"]["arcs"]

    assert all(0 < arc["r"] < arc["r2"] for arc in arcs)
    assert [(arc["a2"] - arc["a"]) / (2 * math.pi) for arc in arcs] == pytest.approx([0.3, 0.1, 0.6])


def test_the_legend_says_what_is_asked(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """Names alone, or with value and percentage; labels on slices have the same words."""
    assert _texts(_drawn(make_panel, window, size)) == ["login", "checkout", "search"]
    both = _drawn(make_panel, window, size, legend={"values": ["value", "percent"]})
    assert _texts(both) == ["login: 60 req/s, 60%", "checkout: 30 req/s, 30%", "search: 10 req/s, 10%"]
    on_slices = _drawn(make_panel, window, size, displayLabels=["name", "percent"], legend={"showLegend": False})
    assert _texts(on_slices) == ["login", "60%", "checkout", "30%", "search", "10%"]


def test_a_part_below_zero_or_unknown_has_no_slice(make_panel: PanelMaker, window: Window, size: Size) -> None:
    """The others share the whole turn."""
    spec = _drawn(make_panel, window, size, {"a": 5.0, "b": -5.0, "c": math.nan}, legend={"values": ["percent"]})
    nothing = _drawn(make_panel, window, size, {"a": 0.0})

    assert [(arc["a2"] - arc["a"]) / (2 * math.pi) for arc in spec["datasets"]["arcs"]] == pytest.approx([1.0])
    assert nothing["datasets"]["arcs"] == []
    assert _texts(nothing) == ["a"]


@pytest.mark.parametrize("placement", ["right", "bottom"])
def test_a_legend_without_room_says_how_many_more_there_are(
    placement: str, make_panel: PanelMaker, window: Window, size: Size
) -> None:
    """It never leaves the panel."""
    many = {f"pod-{number}": float(number + 1) for number in range(40)}
    spec = _drawn(make_panel, window, size, many, legend={"placement": placement})
    shown = _texts(spec)

    assert shown[-1] == f"and {40 - (len(shown) - 1)} more"
    assert all(row["y"] <= size.height for row in spec["datasets"]["texts"])
    assert len(spec["datasets"]["rects"]) == len(shown) - 1
