"""Two pictures: where each method stands, and what a judged signal looks like."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import vl_convert

from vitals.foresight.bench.compare import OURS, MethodResult
from vitals.foresight.bench.inject import DAY, INCIDENTS, signal
from vitals.foresight.detect import detect

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT = 640, 280
SHOWN_FROM = 9.0
"""Days into the example from which it is drawn."""


def methods_png(methods: Sequence[MethodResult]) -> bytes:
    """F1 on the scored part, a bar per method, with its false alarms."""
    rows = [{"method": one.name, "f1": one.scored.f1, "ours": one.name == OURS, "said": _said(one)} for one in methods]
    place = {
        "x": {"field": "f1", "type": "quantitative", "title": "F1 of events", "scale": {"domain": [0, 1]}},
        "y": {"field": "method", "type": "nominal", "title": None, "sort": None},
        "color": {"field": "ours", "type": "nominal", "legend": None, "scale": {"range": ["#9a9a9a", "#c4321c"]}},
    }
    said = {**place, "text": {"field": "said"}}
    return _png(
        {
            "data": {"values": rows},
            "layer": [
                {"mark": "bar", "encoding": place},
                {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": said},
            ],
        }
    )


def _said(one: MethodResult) -> str:
    return f"{one.scored.f1:.2f}, {one.scored.false_per_week:.2f} false alarms per week"


def example_png() -> bytes:
    """A simulated signal with two incidents, the bounds, and the marked rows."""
    times, values = signal(1)
    for name, day in (("level -50 % (6 h)", 10.4), ("spike (x2, 15 min)", 12.6)):
        start, incident = int(day * 288), INCIDENTS[name]
        rows = slice(start, start + incident.rows)
        values[rows] = incident.change(values[rows], np.random.default_rng(0))
    found = detect(times, values)
    shown = np.flatnonzero(times >= times[0] + SHOWN_FROM * DAY)
    rows_of_data = [
        {
            "day": round((times[row] - times[0]) / DAY, 4),
            "value": round(float(values[row]), 2),
            "lower": round(float(found.lower[row]), 2),
            "upper": round(float(found.upper[row]), 2),
            "anomaly": bool(found.anomaly[row]),
        }
        for row in shown
    ]
    day_axis = {"field": "day", "type": "quantitative", "title": "day", "scale": {"zero": False}}
    value_axis = {"field": "value", "type": "quantitative", "title": "requests per second"}
    band = {"x": day_axis, "y": {"field": "lower", "type": "quantitative", "title": ""}, "y2": {"field": "upper"}}
    line = {"x": day_axis, "y": value_axis}
    marked = {"filter": "datum.anomaly"}
    return _png(
        {
            "data": {"values": rows_of_data},
            "layer": [
                {"mark": {"type": "area", "color": "#c9d7ea"}, "encoding": band},
                {"mark": {"type": "line", "color": "#1f4e8c", "strokeWidth": 1}, "encoding": line},
                {
                    "transform": [marked],
                    "mark": {"type": "point", "filled": True, "color": "#c4321c"},
                    "encoding": line,
                },
            ],
        }
    )


def _png(spec: dict[str, object]) -> bytes:
    whole = {"$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "background": "white", **spec}
    return bytes(vl_convert.vegalite_to_png(json.dumps(whole), scale=1.5))
