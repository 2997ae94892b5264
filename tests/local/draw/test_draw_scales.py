"""Requests beside seconds: each unit has a y axis of its own, so that neither is read on the axis of the other."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vitals.local.draw.dashboard import Panel, parse_dashboard
from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.layers import still
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.scales import scales_of
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import choose_window

SIZE = Size(600, 300)
WINDOW = choose_window(0, 600, width=SIZE.width)
TIMES = (60.0, 65.0)
REQUESTS = DrawnSeries("requests", {}, TIMES, (100.0, 300.0))
LATENCY = DrawnSeries("latency", {}, TIMES, (0.1, 0.3))
MEMORY = DrawnSeries("memory", {}, TIMES, (1024.0, 4096.0))


def _panel(overrides: dict[str, dict[str, Any]], **custom: Any) -> Panel:  # noqa: ANN401
    of_series = [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": key, "value": value} for key, value in properties.items()],
        }
        for name, properties in overrides.items()
    ]
    config = {"defaults": {"unit": "reqps", "custom": custom}, "overrides": of_series}
    raw = {"id": 1, "type": "timeseries", "fieldConfig": config, "targets": [{"refId": "A", "expr": "a"}]}
    return parse_dashboard({"uid": "b", "panels": [raw]}).panels[0]


def _drawn(panel: Panel, *series: DrawnSeries) -> Spec:
    return draw_panel(panel, PanelData(series), window=WINDOW, size=SIZE, theme=LIGHT)


def _axes(spec: Spec) -> list[dict[str, Any]]:
    found = [layer["encoding"]["y"]["axis"] for layer in spec["layer"] if layer["encoding"].get("y", {}).get("axis")]
    assert found
    return found


def _params(spec: Spec) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in spec["params"]}


def test_a_series_with_another_unit_has_its_axis_on_the_right() -> None:
    """Its labels are of its unit, and its line is as high as it would be alone."""
    spec = _drawn(_panel({"latency": {"unit": "s"}}), REQUESTS, LATENCY)
    alone = scales_of(_panel({"latency": {"unit": "s"}}), [LATENCY], 280, stacked=None)[0].axis.domain

    assert [axis.get("orient") for axis in _axes(spec)] == [None, "right"]
    assert all(text.endswith("ms") for text in _params(spec)["y1_texts"])
    low, high = _params(spec)["y_domain"]
    heights = [(row["v"] - low) / (high - low) for row in spec["datasets"]["points"] if row["series"] == "latency"]
    assert heights == pytest.approx([(value - alone[0]) / (alone[1] - alone[0]) for value in LATENCY.values], abs=0.02)
    assert [row["raw"] for row in spec["datasets"]["points"] if row["series"] == "latency"] == list(LATENCY.values)


def test_a_picture_that_nothing_will_change_keeps_every_axis() -> None:
    """Layers without rows are left out of it, and the axes with none of them."""
    spec = still(_drawn(_panel({"latency": {"unit": "s"}}), REQUESTS, LATENCY))

    assert [axis.get("orient") for axis in _axes(spec)] == [None, "right"]


def test_one_unit_has_one_axis_wherever_it_is_placed() -> None:
    """Grafana puts what has the same unit, ends and label on one scale."""
    same = _panel({"latency": {"custom.axisPlacement": "right"}})
    labelled = _panel({"latency": {"custom.axisPlacement": "right", "custom.axisLabel": "seconds"}})

    assert len(scales_of(same, [REQUESTS, LATENCY], 280, stacked=None)) == 1
    assert len(scales_of(labelled, [REQUESTS, LATENCY], 280, stacked=None)) == 2


def test_what_is_said_to_stand_on_the_right_does_though_it_is_first() -> None:
    """The others have the left."""
    panel = _panel({"latency": {"unit": "s", "custom.axisPlacement": "right"}})

    assert [scale.series for scale in scales_of(panel, [LATENCY, REQUESTS], 280, stacked=None)] == [
        (REQUESTS,),
        (LATENCY,),
    ]


def test_a_third_unit_stands_beyond_the_second_or_is_hidden() -> None:
    """Its line stays on a scale of its own."""
    more = {"latency": {"unit": "s"}, "memory": {"unit": "bytes"}}
    spec = _drawn(_panel(more), REQUESTS, LATENCY, MEMORY)
    hidden = _drawn(
        _panel({**more, "memory": {"unit": "bytes", "custom.axisPlacement": "hidden"}}), REQUESTS, LATENCY, MEMORY
    )

    assert _axes(spec)[2]["offset"] > _axes(spec)[1]["offset"] == 0
    assert len(_axes(hidden)) == 2
    assert hidden["datasets"]["points"] == spec["datasets"]["points"]


def test_only_what_is_on_the_left_is_stacked() -> None:
    """Seconds on top of requests would be neither."""
    spec = _drawn(_panel({"latency": {"unit": "s"}}, stacking={"mode": "normal"}), REQUESTS, LATENCY)

    assert {row["series"] for row in spec["datasets"]["points"]} == {"requests"}
    (beside,) = (layer for layer in spec["layer"] if layer["data"]["name"] == "beside")
    assert {row["series"] for row in spec["datasets"]["beside"]} == {"latency"}
    assert beside["encoding"]["y"]["stack"] is None


def test_a_logarithmic_axis_holds_a_linear_one_beside_it() -> None:
    """The middle of one is the middle of the other in pixels, not in numbers."""
    panel = _panel(
        {"latency": {"unit": "s", "custom.scaleDistribution": {"type": "linear"}}}, scaleDistribution={"type": "log"}
    )
    first, second = scales_of(panel, [REQUESTS, LATENCY], 280, stacked=None)
    low, high = second.axis.domain
    bottom, top = first.axis.domain

    assert second.onto(first, low) == pytest.approx(bottom)
    assert second.onto(first, high) == pytest.approx(top)
    assert second.onto(first, (low + high) / 2) < (bottom + top) / 2
    assert math.isfinite(second.onto(first, 1e150))


def test_a_logarithmic_axis_on_the_right_is_labelled_by_powers_of_ten() -> None:
    """Each label stands where its value does."""
    spec = _drawn(_panel({"memory": {"unit": "none"}}, scaleDistribution={"type": "log"}), REQUESTS, MEMORY)
    params = _params(spec)

    assert params["y1_texts"] == ["1000"]
    low, high = params["y_domain"]
    assert low < params["y1_ticks"][0] < high


def test_with_one_unit_nothing_is_moved() -> None:
    """The drawing has the axis that it always had."""
    spec = _drawn(_panel({}), REQUESTS, DrawnSeries("errors", {}, TIMES, (1.0, 2.0)))

    assert "resolve" not in spec
    assert "sides" not in spec["datasets"]
    assert all("raw" not in row for row in spec["datasets"]["points"])
