"""Several y axes in one panel: requests beside seconds, each on the scale of its own.

As in Grafana, series with the same unit, ends and label of the axis share a scale. The first scale is drawn as the
values are; series of another are moved onto it, and their axis on the right names what they were.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.axes import EVERY_LABEL, ValueAxis, is_log, value_axis
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import of_series
from vitals.local.draw.frame import Row, Spec
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.units import axis_expression

_POWERS = range(-9, 19)
"""From a nanosecond to an exabyte."""
_HIGHEST = 700.0
"""On a logarithmic axis; a number beyond it overflows, and panels end long before."""
_GAP_PX = 6.0
"""Between two axes on the right."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Series with one y axis.

    Attributes:
        panel: The panel with the unit, the ends and the label that it has for them.
        series: Those of the scale, as Prometheus returned them.
        axis: The ends and ticks of its axis.
    """

    panel: Panel
    series: tuple[DrawnSeries, ...]
    axis: ValueAxis

    @property
    def shown(self) -> bool:
        """Whether its axis is drawn."""
        return self.panel.custom.get("axisPlacement") != "hidden"

    def onto(self, first: "Scale", value: float) -> float:
        """The value of the first scale that stands as high as this one does on its own."""
        low, high = (_even(self.panel, end) for end in self.axis.domain)
        bottom, top = (_even(first.panel, end) for end in first.axis.domain)
        height = bottom + (_even(self.panel, value) - low) / (high - low) * (top - bottom)
        return math.copysign(math.expm1(min(abs(height), _HIGHEST)), height) if is_log(first.panel) else height


def _even(panel: Panel, value: float) -> float:
    """The value on a scale on which equal steps are equally high; Vega's symlog where the axis is logarithmic."""
    return math.copysign(math.log1p(abs(value)), value) if is_log(panel) else value


def scales_of(panel: Panel, series: Sequence[DrawnSeries], height_px: float, *, stacked: str | None) -> list[Scale]:
    """The scales of a panel; the first has the axis on the left, and what is stacked is stacked there.

    Args:
        panel: What the dashboard says.
        series: What is shown.
        height_px: Of the drawing, without the legend.
        stacked: ``zero`` for sums of the series, ``normalize`` for their shares.
    """
    groups: dict[tuple[str, ...], tuple[Panel, list[DrawnSeries]]] = {}
    for one in series:
        own = of_series(panel, one)
        groups.setdefault(_key(own), (own, []))[1].append(one)
    # In the order of the dashboard but for one that is said to stand on the right and has company.
    ordered = sorted(groups.values(), key=lambda group: group[0].custom.get("axisPlacement") == "right")
    return [
        Scale(own, tuple(several), value_axis(own, several, height_px, stacked=None if number else stacked))
        for number, (own, several) in enumerate(ordered)
    ]


def _key(panel: Panel) -> tuple[str, ...]:
    ends = (panel.defaults.get(name) for name in ("min", "max"))
    of_axis = (panel.custom.get(name) for name in ("axisSoftMin", "axisSoftMax", "axisLabel"))
    return (panel.unit, *map(str, (*ends, *of_axis)))


def moved(rows: Sequence[Row], scales: Sequence[Scale]) -> list[Row]:
    """The rows of a drawing with their values on the first scale; ``raw`` keeps one that was on another."""
    sides = {one.name: scale for scale in scales[1:] for one in scale.series}
    return [_moved(row, sides[row["series"]], scales[0]) if row["series"] in sides else row for row in rows]


def _moved(row: Row, scale: Scale, first: Scale) -> Row:
    there = {key: scale.onto(first, row[key]) for key in ("v", "high", "low") if row.get(key) is not None}
    return {**row, **there, "raw": row.get("v")}


def written_value(scales: Sequence[Scale]) -> str:
    """A Vega expression that writes the value of a row in the unit of its scale."""
    written = axis_expression(scales[0].panel.unit).replace("datum.value", "datum.v")
    for number, scale in enumerate(scales[1:], start=1):
        own = axis_expression(scale.panel.unit).replace("datum.value", "datum.raw")
        written = f"sides[datum.series] === {number} ? ({own}) : ({written})"
    return written


def right_px(scales: Sequence[Scale]) -> float:
    """How much room the axes on the right take."""
    return sum(scale.axis.width_px + _GAP_PX for scale in scales[1:] if scale.shown)


def axis_rows(scales: Sequence[Scale]) -> dict[str, list[Row]]:
    """The dataset of several axes: a row for each that is shown, at the lowest value."""
    rows = [{"side": number, "v": scales[0].axis.domain[0]} for number, one in enumerate(scales) if one.shown]
    return {"sides": rows} if len(scales) > 1 else {}


def right_params(scales: Sequence[Scale]) -> dict[str, Any]:
    """On which scale a series is, and the places on the first scale and the texts of the labels of each other axis."""
    if len(scales) == 1:
        return {}
    found: dict[str, Any] = {"sides": {one.name: number for number, scale in enumerate(scales) for one in scale.series}}
    for number, scale in enumerate(scales[1:], start=1):
        ticks, texts = _labels(scale)
        found[f"y{number}_ticks"] = [scale.onto(scales[0], one) for one in ticks]
        found[f"y{number}_texts"] = list(texts)
    return found


def _labels(scale: Scale) -> tuple[Sequence[float], Sequence[str]]:
    """The values and texts of an axis; those that Vega would choose on a logarithmic one are powers of ten."""
    if scale.axis.ticks is not None:
        return scale.axis.ticks, scale.axis.texts
    low, high = scale.axis.domain
    tens = [power for power in (10.0**n for n in _POWERS) if low <= power <= high]
    return tens, [panel_text(one, scale.panel.unit, scale.panel.decimals) for one in tens]


def with_axes(layers: Sequence[Spec], scales: Sequence[Scale], y: Spec) -> list[Spec]:
    """The layers as they are with one scale; with several, none has an axis and each axis is a layer."""
    if len(scales) == 1:
        return list(layers)
    found = []
    for layer in layers:
        encoding = layer["encoding"]
        bare = {"y": {**encoding["y"], "axis": None}} if "y" in encoding else {}
        found.append({**layer, "encoding": {**encoding, **bare}})
    offset = 0.0
    for number, scale in enumerate(scales):
        axis = _right_axis(number, scale, offset) if number else y["axis"]
        if scale.shown:
            found.append(_axis_layer(number, {**y, "stack": None, "axis": axis}))
            offset += scale.axis.width_px + _GAP_PX if number else 0.0
    return found


def _axis_layer(number: int, y: Spec) -> Spec:
    return {
        "data": {"name": "sides"},
        "transform": [{"filter": f"datum.side === {number}"}],
        "mark": {"type": "point", "opacity": 0, "aria": False},
        "encoding": {"y": y},
    }


def _right_axis(number: int, scale: Scale, offset: float) -> Spec:
    return {
        "orient": "right",
        "offset": offset,
        "grid": False,
        "title": scale.panel.custom.get("axisLabel") or None,
        "values": {"expr": f"y{number}_ticks"},
        "labelExpr": f"y{number}_texts[indexof(y{number}_ticks, datum.value)]",
        "tickCount": EVERY_LABEL,
    }
