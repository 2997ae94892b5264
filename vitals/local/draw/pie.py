"""Draw pie panels: the share of each series in the whole, as a pie or a ring, with the numbers that the panel asks for.

A part that is negative or not known has no share, and so no slice; the legend still names it.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vitals.local.draw.canvas import Canvas
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import in_legend, of_series, panel_calc, series_colors, value_text
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.reducers import reduce
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme

_TURN = 2 * math.pi
_EDGE_PX = 8.0
_LINE_PX, _SYMBOL_PX, _TEXT_PX = 18.0, 10.0, 12.0
_LEGEND_SHARE = 0.42
"""Of the width of the panel, for a legend beside the pie."""
_HOLE = 0.6
"""Of the radius, where it is a ring."""
_NAMED_FROM = 0.04
"""A slice of less than this share has no room for a text."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A series, what it is drawn of, and its share in the whole, from 0 to 1."""

    series: DrawnSeries
    value: float
    share: float
    color: str

    def words(self, panel: Panel, asked: Collection[str]) -> list[str]:
        """Of value and percentage what is asked for."""
        found = []
        if "value" in asked:
            found.append(value_text(of_series(panel, self.series), self.value))
        if "percent" in asked:
            found.append(f"{100 * self.share:.{panel.decimals or 0}f}%")
        return found


def draw_pie(panel: Panel, series: Sequence[DrawnSeries], *, size: Size, theme: Theme) -> Spec:
    """Draw the panel; ``series`` has at least one and names are distinct."""
    canvas = Canvas(size, theme)
    parts = _parts(panel, series, theme)
    legend = panel.options.get("legend") or {}
    named = {one.name for one in in_legend(panel, series)}
    entries = [part for part in parts if part.series.name in named]
    if legend.get("showLegend") is False or legend.get("displayMode") == "hidden":
        entries = []
    below = legend.get("placement") == "bottom"
    width = size.width * (1 - _LEGEND_SHARE) if entries and not below else float(size.width)
    lines = min(len(entries), max(1, int(size.height / 3 / _LINE_PX))) if below else int(size.height / _LINE_PX)
    height = size.height - lines * _LINE_PX if entries and below else float(size.height)
    _slices(canvas, panel, parts, (width, height))
    left, top = (_EDGE_PX, height) if below else (width, max(0.0, (height - len(entries) * _LINE_PX) / 2))
    texts = [_entry(panel, part, legend.get("values") or ()) for part in entries]
    if len(texts) > lines:
        texts[lines - 1 :] = [f"and {len(texts) - lines + 1} more"]
    for number, (part, text) in enumerate(zip(entries, texts, strict=False)):
        middle = top + (number + 0.5) * _LINE_PX
        if number < lines - 1 or len(entries) <= lines:
            canvas.rect(left, middle - _SYMBOL_PX / 2, _SYMBOL_PX, _SYMBOL_PX, part.color)
        canvas.text(left + 2 * _SYMBOL_PX, middle, text, size=_TEXT_PX, limit=size.width - left - 2 * _SYMBOL_PX)
    return canvas.spec(panel.description or panel.title)


def _entry(panel: Panel, part: _Part, asked: Collection[str]) -> str:
    words = ", ".join(part.words(panel, asked))
    return f"{part.series.name}: {words}" if words else part.series.name


def _parts(panel: Panel, series: Sequence[DrawnSeries], theme: Theme) -> list[_Part]:
    """The parts, the largest first unless the panel wants another order."""
    values = [reduce(one.values, panel_calc(panel)) for one in series]
    whole = sum(value for value in values if value > 0)
    colors = series_colors(panel, series, theme)
    parts = [
        _Part(one, value, value / whole if value > 0 else 0.0, color)
        for one, value, color in zip(series, values, colors, strict=True)
    ]
    order = panel.options.get("sort", "desc")
    if order == "none":
        return parts
    return sorted(parts, key=lambda part: part.share, reverse=order != "asc")


def _slices(canvas: Canvas, panel: Panel, parts: Sequence[_Part], room: tuple[float, float]) -> None:
    x, y = room[0] / 2, room[1] / 2
    radius = max(1.0, min(x, y) - _EDGE_PX)
    hole = radius * _HOLE if panel.options.get("pieType") == "donut" else 0.0
    asked = panel.options.get("displayLabels") or ()
    begin = 0.0
    for part in parts:
        end = begin + part.share * _TURN
        if part.share:
            canvas.arc(x, y, radius=(hole, radius), angle=(begin, end), color=part.color)
        words = [*([part.series.name] if "name" in asked else []), *part.words(panel, asked)]
        middle, away = (begin + end) / 2, (hole + radius) / 2 if hole else radius * 0.65
        top = y - away * math.cos(middle) - (len(words) - 1) * _TEXT_PX / 2
        for line, word in enumerate(words if part.share >= _NAMED_FROM else ()):
            at = x + away * math.sin(middle), top + line * _TEXT_PX
            canvas.text(*at, word, size=_TEXT_PX, color=canvas.theme.surface, align="center", limit=radius)
        begin = end
