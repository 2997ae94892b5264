"""The legend of a timeseries panel: where it stands and the numbers behind each name."""

import math
from collections.abc import Mapping, Sequence

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import value_text
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.series import DrawnSeries, reduce

_CHARACTER_PX = 6.2
_SYMBOL_PX = 34
_LINE_PX = 18
_LARGEST_SHARE = 0.34
_AXIS_PX = 60
"""The width of the labels of the y axis: the legend begins to the right of them."""


class Legend:
    """The legend below the drawing, with the calculations that the panel asks for behind each name.

    On a small panel the numbers go first, then names are cut, so that the drawing keeps two thirds of the height.
    """

    def __init__(self, panel: Panel, series: Sequence[DrawnSeries], size: Size) -> None:
        options = panel.options.get("legend") or {}
        right = options.get("placement") == "right"
        room = max(1, int(size.height * _LARGEST_SHARE / _LINE_PX))
        full = {one.name: _label(panel, one, options.get("calcs") or ()) for one in series}
        short = {one.name: one.name for one in series}
        self.labels = full if right or _lines(full, size) <= room else short
        columns = _columns(self.labels, size)
        if _lines(self.labels, size) > room:
            columns = math.ceil(len(series) / room)
        limit = size.width // 3 if right else (size.width - _AXIS_PX) // columns - _SYMBOL_PX
        self.spec: Spec | None = {
            "title": None,
            "orient": "right" if right else "bottom",
            "columns": 1 if right else columns,
            "labelLimit": limit,
            "labelExpr": "legend_labels[datum.label] || datum.label",
            "values": list(self.labels),
        }
        self.height_px = 0.0 if right else _LINE_PX * _lines(self.labels, size)
        if options.get("showLegend") is False or options.get("displayMode") == "hidden":
            self.spec = None
            self.height_px = 0.0


_CALCULATIONS = {
    "lastNotNull": "Last *", "last": "Last", "firstNotNull": "First *", "first": "First", "min": "Min", "max": "Max",
    "mean": "Mean", "sum": "Total", "count": "Count", "range": "Range", "delta": "Delta", "diff": "Difference",
}  # fmt: skip
"""Grafana's names of calculations."""


def _columns(labels: Mapping[str, str], size: Size) -> int:
    widest = max((len(label) for label in labels.values()), default=1)
    return max(1, int((size.width - _AXIS_PX) / (widest * _CHARACTER_PX + _SYMBOL_PX)))


def _lines(labels: Mapping[str, str], size: Size) -> int:
    return math.ceil(len(labels) / _columns(labels, size))


def _label(panel: Panel, series: DrawnSeries, calcs: Sequence[str]) -> str:
    numbers = (f"{_CALCULATIONS.get(calc, calc)}: {value_text(panel, reduce(series.values, calc))}" for calc in calcs)
    return "  ".join((series.name, *numbers))
