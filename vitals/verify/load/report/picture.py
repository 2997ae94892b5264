"""Pictures of a run as SVG: lines over time, or over the rate of arrivals, drawn as the dashboards are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import vl_convert

from vitals.local.draw.frame import Row, Size, Spec, frame
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.units import axis_expression, format_value

SIZE = Size(640, 280)
_LEGEND_COLUMNS = 2
_LOWEST_TOP = {"percentunit": 0.01, "short": 2.0}
"""Where the y axis ends at least: a flat line at zero lies on the axis and not in the middle of nothing."""


@dataclass(frozen=True)
class Style:
    """How a picture is drawn.

    Attributes:
        unit: Grafana's id of the unit of ``y``.
        bound: An objective, drawn as a line; None for none.
        log_y: Whether the y axis is logarithmic; values of zero are left out then.
        log_x: Whether the x axis is.
        points: Whether each point is shown.
        whole: Whether only whole numbers mean anything.
    """

    unit: str
    bound: float | None = None
    log_y: bool = False
    log_x: bool = False
    points: bool = False
    whole: bool = False


def picture(
    rows: Sequence[Row],
    style: Style,
    *,
    description: str,
    x_title: str,
    x_marks: Sequence[tuple[float, str]] = (),
) -> str:
    """Draw lines.

    Args:
        rows: Points with ``x``, ``y`` and ``series``.
        style: How.
        description: For people who do not see the picture.
        x_title: What ``x`` is.
        x_marks: Places on the x axis to draw as lines, each with what it is.

    Returns:
        An SVG element.
    """
    shown = [row for row in rows if row["y"] > 0] if style.log_y else list(rows)
    bounds = [{"y": style.bound, "label": f"objective {format_value(style.bound, style.unit)}"}] if style.bound else []
    places = [{"x": x, "label": label} for x, label in x_marks]
    across = {"y": {"field": "y", "type": "quantitative"}}
    along = {"x": {"field": "x", "type": "quantitative"}}
    red, grey = LIGHT.color("red"), LIGHT.muted
    layers = [
        _lines(shown, [*shown, *bounds], style, x_title),
        _layer("bounds", {"type": "rule", "color": red, "strokeDash": [5, 3]}, across),
        _layer("bounds", {**_text(red), "dy": -6, "x": 0}, {**across, "text": {"field": "label"}}),
        _layer("places", {"type": "rule", "color": grey, "strokeDash": [2, 3]}, along),
        _layer("places", {**_text(grey), "y": 8}, {**along, "text": {"field": "label"}}),
    ]
    spec = frame(
        theme=LIGHT,
        size=SIZE,
        description=description,
        layers=layers,
        datasets={"rows": shown, "bounds": bounds, "places": places},
    )
    return str(vl_convert.vegalite_to_svg(spec))


def _lines(rows: Sequence[Row], on_axis: Sequence[Row], style: Style, x_title: str) -> Spec:
    names = list(dict.fromkeys(row["series"] for row in rows))
    colors = [LIGHT.series[number % len(LIGHT.series)] for number in range(len(names))]
    values = [row["y"] for row in on_axis]
    y_axis: Spec = {"title": None, "labelExpr": axis_expression(style.unit), "tickCount": 5}
    if style.log_y:
        y_axis |= {"values": _decades(values), "labelOverlap": False}
        y_scale: Spec = {"type": "log", "nice": False}
    else:
        top = max([*values, _LOWEST_TOP.get(style.unit, 0.0)])
        y_axis |= {"tickMinStep": 1} if style.whole else {}
        y_scale = {"domain": [0, top + 1 if style.whole else top * 1.05 or 1.0], "nice": False}
    x_axis: Spec = {"title": x_title, "grid": False}
    x_scale: Spec = {"nice": False}
    if style.log_x:
        x_axis["values"] = [row["x"] for row in rows if row["series"] == names[0]]
        x_axis |= {"format": ".3~g", "labelOverlap": True}
        x_scale["type"] = "log"
    legend = {"title": None, "orient": "bottom", "columns": _LEGEND_COLUMNS, "labelLimit": 300}
    return _layer(
        "rows",
        {"type": "line", "strokeWidth": 1.8, "point": {"size": 34} if style.points else False},
        {
            "x": {"field": "x", "type": "quantitative", "axis": x_axis, "scale": x_scale},
            "y": {"field": "y", "type": "quantitative", "axis": y_axis, "scale": y_scale},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": names, "range": colors},
                "legend": legend,
            },
        },
    )


def _decades(values: Sequence[float]) -> list[float]:
    """Ticks of a logarithmic axis: 1, 3 and 10 of each decade that there is."""
    if not values:
        return []
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [digit * 10.0**power for power in range(low, high + 1) for digit in (1, 3)]


def _layer(data: str, mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"name": data}, "mark": mark, "encoding": encoding}


def _text(color: str) -> Spec:
    return {"type": "text", "color": color, "align": "left", "dx": 4, "fontSize": 11}
