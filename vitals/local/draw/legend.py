"""The legend of a timeseries panel: where it stands and the numbers behind each name."""

import math
from collections.abc import Iterable, Mapping, Sequence

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import calc_text
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.reducers import calculation
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px

_CHARACTER_PX = 6.2
_SYMBOL_PX = 34
_LINE_PX = 18
_LARGEST_SHARE = 0.34
_AXIS_PX = 60
"""The width of the labels of the y axis: the legend begins to the right of them."""
_ENTRY_PX, _NUMBER_GAP_PX = 32.0, 8.0
"""Of an entry in Grafana: the line before it and the gap behind, and the gap before a number."""
_EDGES_PX, _ROW_PX, _HIGHEST_SHARE = 8.0, 70 / 3, 0.35


class Legend:
    """The legend below the drawing, with the calculations that the panel asks for behind each name.

    On a small panel the numbers go first, then names are cut, so that the drawing keeps two thirds of the height.

    Attributes:
        labels: What stands in it, by the name of the series.
        spec: Vega-Lite's legend; None where the panel has none.
        height_px: As high as Grafana's is, which wraps entries and lets a reader scroll: its axes have the room that is
            left, and ours shall have the same labels.
    """

    def __init__(self, panel: Panel, series: Sequence[DrawnSeries], size: Size) -> None:
        options = panel.options.get("legend") or {}
        right = options.get("placement") == "right"
        room = max(1, int(size.height * _LARGEST_SHARE / _LINE_PX))
        entries = {one.name: _entry(panel, one, options.get("calcs") or ()) for one in series}
        full = {name: "  ".join(parts) for name, parts in entries.items()}
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
        self.height_px = 0.0 if right else _wrapped_px(entries.values(), size)
        if options.get("showLegend") is False or options.get("displayMode") == "hidden":
            self.spec = None
            self.height_px = 0.0


def _wrapped_px(entries: Iterable[Sequence[str]], size: Size) -> float:
    rows, left = 1, 0.0
    for name, *numbers in entries:
        width = _ENTRY_PX + text_px(name)
        width += sum(_NUMBER_GAP_PX + text_px(one) for one in numbers) + (_NUMBER_GAP_PX if numbers else 0.0)
        if left and left + width > size.width - _EDGES_PX:
            rows, left = rows + 1, 0.0
        left += width
    return float(min(int(rows * _ROW_PX), int(size.height * _HIGHEST_SHARE - _EDGES_PX)))


def _columns(labels: Mapping[str, str], size: Size) -> int:
    widest = max((len(label) for label in labels.values()), default=1)
    return max(1, int((size.width - _AXIS_PX) / (widest * _CHARACTER_PX + _SYMBOL_PX)))


def _lines(labels: Mapping[str, str], size: Size) -> int:
    return math.ceil(len(labels) / _columns(labels, size))


def _entry(panel: Panel, series: DrawnSeries, calcs: Sequence[str]) -> tuple[str, ...]:
    """The name and each of the calculations."""
    return (series.name, *(f"{calculation(calc).name}: {calc_text(panel, series.values, calc)}" for calc in calcs))
