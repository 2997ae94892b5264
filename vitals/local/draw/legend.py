"""The legend of a timeseries panel: where it stands and the numbers behind each name."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import calc_text, of_series
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.reducers import calculation
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.text_width import text_px

_OF_INTER = 0.96
"""How wide letters of 11 pixels are beside Inter at 12: in DejaVu Sans, the widest font that a machine usually has."""
_SYMBOL_PX = 34
_LINE_PX = 18
_LARGEST_SHARE = 0.34
_AXIS_PX = 60
"""The width of the labels of the y axis: the legend begins to the right of them."""
_ENTRY_PX, _NUMBER_GAP_PX = 32.0, 8.0
"""Of an entry in Grafana: the line before it and the gap behind, and the gap before a number."""
_EDGES_PX, _ROW_PX, _HIGHEST_SHARE = 8.0, 70 / 3, 0.35


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands in a legend, in how many columns, and how many pixels an entry has."""

    labels: Mapping[str, str]
    columns: int
    entry_px: float


class Legend:
    """The legend below the drawing, with the calculations that the panel asks for behind each name.

    Where there is no room for all of them, the last ones go first and then names are cut, so that the drawing keeps two
    thirds of the height and no number is cut.

    Attributes:
        labels: What stands in it, by the name of the series.
        texts: The same, each as short as its place.
        spec: Vega-Lite's legend; None where the panel has none.
        height_px: As high as Grafana's is, which wraps entries and lets a reader scroll: its axes have the room that is
            left, and ours shall have the same labels.
    """

    def __init__(self, panel: Panel, series: Sequence[DrawnSeries], size: Size) -> None:
        options = panel.options.get("legend") or {}
        right = options.get("placement") == "right"
        entries = {one.name: _entry(panel, one, options.get("calcs") or ()) for one in series}
        place = _fitting(entries, size, right=right)
        self.labels = place.labels
        self.texts = _cut(place.labels, place.entry_px)
        self.spec: Spec | None = {
            "title": None,
            "orient": "right" if right else "bottom",
            "columns": place.columns,
            "labelLimit": 0,
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


def _fitting(entries: Mapping[str, Sequence[str]], size: Size, *, right: bool) -> _Place:
    """The place of a legend with as many numbers behind each name as fit; names are cut where none do."""
    room = max(1, int(size.height * _LARGEST_SHARE / _LINE_PX))
    for count in range(max(map(len, entries.values()), default=1), 0, -1):
        labels = {name: "  ".join(parts[:count]) for name, parts in entries.items()}
        widest = max(map(_label_px, labels.values()), default=1.0)
        columns = 1 if right else max(1, int((size.width - _AXIS_PX) / (widest + _SYMBOL_PX)))
        if not right and math.ceil(len(labels) / columns) > room:
            columns = math.ceil(len(labels) / room)
        entry_px = size.width / 3 if right else (size.width - _AXIS_PX) / columns - _SYMBOL_PX
        if widest <= entry_px:
            break
    return _Place(labels, columns, entry_px)


def _cut(labels: Mapping[str, str], width_px: float) -> dict[str, str]:
    """The labels as far as they fit: their beginnings, or their ends where only those distinguish them.

    The renderer would measure each of them a dozen times to cut it.
    """
    begins = {name: _begin(text, width_px) for name, text in labels.items()}
    if len(set(begins.values())) == len(set(labels.values())):
        return begins
    ends = {name: _begin(text[::-1], width_px)[::-1] for name, text in labels.items()}
    return ends if len(set(ends.values())) > len(set(begins.values())) else begins


def _begin(text: str, width_px: float) -> str:
    if _label_px(text) <= width_px:
        return text
    most = next(n for n in range(len(text), -1, -1) if n == 0 or _label_px(f"{text[:n]}…") <= width_px)
    return f"{text[:most].strip()}…"


def _label_px(text: str) -> float:
    return text_px(text) * _OF_INTER


def _entry(panel: Panel, series: DrawnSeries, calcs: Sequence[str]) -> tuple[str, ...]:
    """The name and each of the calculations."""
    own = of_series(panel, series)
    return (series.name, *(f"{calculation(calc).name}: {calc_text(own, series.values, calc)}" for calc in calcs))
