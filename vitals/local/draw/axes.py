"""The axes of a timeseries panel: which values the y axis holds and how both axes are written."""

import math
from collections.abc import Sequence

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.units import MOST_TICKS, axis_expression
from vitals.local.draw.window import Window

_TICK_PX = 90
_HEADROOM = 1.06


def y_domain(panel: Panel, series: Sequence[DrawnSeries], *, stacked: bool) -> tuple[float, float]:
    """Return the lower and upper end of the y axis.

    The panel's own ``min`` and ``max`` win. Otherwise the axis holds all values, starts at zero if the values
    leave it little room, and reaches a drawn threshold unless that would press the line flat (more than four
    times the largest value).
    """
    values = [value for one in series for value in one.values if not math.isnan(value)]
    if stacked:
        sums: dict[float, float] = {}
        for one in series:
            for time, value in zip(one.times, one.values, strict=True):
                sums[time] = sums.get(time, 0.0) + (0.0 if math.isnan(value) else value)
        values = list(sums.values())
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    for threshold in panel.thresholds if draws_thresholds(panel) else ():
        if threshold.value is not None and threshold.value <= max(high, 0.0) * 4:
            high = max(high, threshold.value)
            low = min(low, threshold.value)
    if 0 <= low < high * 0.75 or low == high >= 0:
        low = 0.0
    soft_low, soft_high = panel.custom.get("axisSoftMin"), panel.custom.get("axisSoftMax")
    low = min(low, float(soft_low)) if soft_low is not None else low
    high = max(high, float(soft_high)) if soft_high is not None else high
    high += (high - low) * (_HEADROOM - 1)
    fixed_low, fixed_high = panel.defaults.get("min"), panel.defaults.get("max")
    low = float(fixed_low) if fixed_low is not None else low
    high = float(fixed_high) if fixed_high is not None else high
    return (low, high) if high > low else (low, low + 1.0)


def draws_thresholds(panel: Panel) -> bool:
    """Say whether the panel shows its thresholds as lines or areas."""
    mode = str((panel.custom.get("thresholdsStyle") or {}).get("mode") or "off")
    return any(word in mode for word in ("line", "dash", "area"))


def x_axis(window: Window, size: Size) -> Spec:
    """Return the time axis, with as many ticks as the width has room for."""
    day, quarter = 86400, 900
    form = "%-d %b %H:%M" if window.duration > day else "%H:%M" if window.duration >= quarter else "%H:%M:%S"
    axis = {"title": None, "format": form, "grid": False, "tickCount": max(2, size.width // _TICK_PX)}
    scale = {"domain": {"expr": "x_domain"}, "nice": False}
    return {
        "field": "t",
        "type": "temporal",
        "axis": {**axis, "labelOverlap": True, "labelFlush": True},
        "scale": scale,
    }


def y_axis(panel: Panel, stack: str | None, *, own_ticks: bool) -> Spec:
    """Return the value axis, labelled in the panel's unit; with ticks of its own they are the parameter ``y_ticks``."""
    log = (panel.custom.get("scaleDistribution") or {}).get("type") == "log"
    scale: Spec = {"domain": {"expr": "y_domain"}, "zero": False, "clamp": True}
    if log:
        scale |= {"type": "symlog"}
    return {
        "field": "v",
        "type": "quantitative",
        "stack": stack,
        "scale": {"zero": False} if stack == "normalize" else scale,
        "axis": {
            "title": panel.custom.get("axisLabel") or None,
            "labelExpr": axis_expression(panel.unit),
            # Vega leaves out every other value where there are more of them than its count.
            **({"values": {"expr": "y_ticks"}, "tickCount": 2 * MOST_TICKS} if own_ticks else {"tickCount": 4}),
        },
    }
