"""The axes of a panel over time: which values and moments they hold, and how both are written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.frame import PADDING_PX, Spec
from vitals.local.draw.number_format import panel_text
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px
from vitals.local.draw.time_ticks import TimeTicks
from vitals.local.draw.unit_table import BINARY
from vitals.local.draw.units import axis_expression
from vitals.local.draw.value_range import AxisEnds, decimals_of, tick_step, tick_values, value_range
from vitals.local.draw.window import Window

EVERY_LABEL = 1000
"""Vega leaves out every other value where there are more of them than its count."""
_TICK_PX = 9
"""From a label of the y axis to the plot."""
_ABOVE_PX, _BELOW_PX, _RIGHT_PX = 17, 21, 8
"""Room around a plot that Grafana leaves: above it and at its right nothing, below it the labels of the time."""


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """A y axis.

    Attributes:
        domain: Its lower and upper end.
        ticks: The values that have a label; None where Vega chooses them.
        texts: Their labels.
    """

    domain: tuple[float, float]
    ticks: tuple[float, ...] | None = None
    texts: tuple[str, ...] = ()

    @property
    def width_px(self) -> float:
        """How wide the labels are, with what lies between them and the plot."""
        return _TICK_PX + max(map(text_px, self.texts), default=0.0)


def value_axis(
    panel: Panel, series: Sequence[DrawnSeries], height_px: float, *, stacked: str | None = None
) -> ValueAxis:
    """Choose the ends and ticks of the y axis.

    Args:
        panel: What the dashboard says.
        series: What is shown.
        height_px: Of the drawing, without the legend.
        stacked: ``zero`` for sums of the series, ``normalize`` for their shares.
    """
    if stacked == "normalize":
        domain, unit = (0.0, 1.0), "percentunit"
    else:
        domain, unit = y_domain(panel, series, stacked=stacked is not None), panel.unit
    if is_log(panel):
        return ValueAxis(domain)
    room = height_px - _ABOVE_PX - _BELOW_PX
    step = tick_step(*domain, room, binary=unit in BINARY)
    ticks = tick_values(*domain, step)
    if panel.decimals == 0:
        ticks = [one for one in ticks if one == int(one)]
    count = decimals_of(step) or None
    texts = tuple(panel_text(one, unit, panel.decimals, of_step=count) for one in ticks)
    return ValueAxis(domain, tuple(ticks), texts)


def y_domain(panel: Panel, series: Sequence[DrawnSeries], *, stacked: bool) -> tuple[float, float]:
    """Return the lower and upper end of the y axis: the panel's own, or what holds all values, from zero if it is near.

    A threshold beyond them is not reached: a panel that shall show it has a soft end there.
    """
    values = [value for one in series for value in one.values if math.isfinite(value)]
    if stacked:
        sums: dict[float, float] = {}
        for one in series:
            for time, value in zip(one.times, one.values, strict=True):
                sums[time] = sums.get(time, 0.0) + (0.0 if math.isnan(value) else value)
        values = [*sums.values(), *(value for value in series[0].values if math.isfinite(value))] if series else []
    bottom = AxisEnds(_number(panel.defaults.get("min")), _number(panel.custom.get("axisSoftMin")))
    top = AxisEnds(_number(panel.defaults.get("max")), _number(panel.custom.get("axisSoftMax")))
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    start, end = value_range(low, high, bottom, top)
    return (math.floor(start), math.ceil(end)) if panel.decimals == 0 else (start, end)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float | str) and value != "" else None


def draws_thresholds(panel: Panel) -> bool:
    """Say whether the panel shows its thresholds as lines or areas."""
    mode = str((panel.custom.get("thresholdsStyle") or {}).get("mode") or "off")
    return any(word in mode for word in ("line", "dash", "area"))


def is_log(panel: Panel) -> bool:
    """Whether the y axis is logarithmic."""
    return (panel.custom.get("scaleDistribution") or {}).get("type") in ("log", "symlog")


def plot_width(width_px: float, axis_px: float) -> float:
    """How long the time axis of a drawing is beside a y axis that is so wide."""
    return width_px - axis_px - _RIGHT_PX


def x_axis(ticks: TimeTicks) -> Spec:
    """Return the time axis; its ends are the parameter ``x_domain``, its labels stand at ``x_ticks``.

    A label stands below the middle of its tick; the last one to the left of it where the drawing would end within it.
    """
    beyond = ticks.label_px / 2 - PADDING_PX
    cut = {"test": f"width - scale('x', datum.value) < {beyond:.1f}", "value": "right"}
    axis = {"title": None, "format": ticks.form, "grid": False, "values": {"expr": "x_ticks"}}
    shown = {"labelAlign": {"condition": cut, "value": "center"}, "labelFlush": False, "labelOverlap": True}
    return {
        "field": "t",
        "type": "temporal",
        "axis": {**axis, **shown, "tickCount": EVERY_LABEL},
        "scale": {"domain": {"expr": "x_domain"}, "nice": False},
    }


def x_params(ticks: TimeTicks, window: Window) -> dict[str, list[float]]:
    """The parameters of a time axis."""
    return {"x_domain": [window.start * 1000, window.end * 1000], "x_ticks": [at * 1000 for at in ticks.moments]}


def y_axis(panel: Panel, axis: ValueAxis, stack: str | None) -> Spec:
    """Return the y axis; its ends are the parameter ``y_domain``, its labels ``y_texts`` stand at ``y_ticks``."""
    scale: Spec = {"domain": {"expr": "y_domain"}, "zero": False, "clamp": True, "nice": False}
    if is_log(panel):
        scale |= {"type": "symlog"}
    own = {
        "values": {"expr": "y_ticks"},
        "labelExpr": "y_texts[indexof(y_ticks, datum.value)]",
        "tickCount": EVERY_LABEL,
    }
    return {
        "field": "v",
        "type": "quantitative",
        "stack": stack,
        "scale": scale,
        "axis": {
            "title": panel.custom.get("axisLabel") or None,
            **(own if axis.ticks is not None else {"tickCount": 4, "labelExpr": axis_expression(panel.unit)}),
        },
    }


def y_params(axis: ValueAxis) -> dict[str, list[float] | list[str]]:
    """The parameters of a y axis."""
    found: dict[str, list[float] | list[str]] = {"y_domain": list(axis.domain)}
    return found if axis.ticks is None else {**found, "y_ticks": list(axis.ticks), "y_texts": list(axis.texts)}
