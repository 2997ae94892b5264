"""Colours and type of the pictures, light and dark; Grafana's colour names are mapped here and nowhere else.

The series colours are distinguished by people with the usual colour-vision deficiencies (blue, orange, green, violet in
that order) and keep a contrast of 3:1 or better with the panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.dashboard import ThresholdStep

_SHADE = 0.45
"""Far enough from the palette to be distinguished from it beside one another, and hues still are from each other."""

FONT = "Inter, system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours; ``named`` maps the base names that Grafana knows."""

    surface: str
    text: str
    muted: str
    grid: str
    series: tuple[str, ...]
    named: dict[str, str]

    def color(self, name: str) -> str:
        """Return the CSS colour for one of Grafana's names (``dark-red`` counts as ``red``) or for ``#rrggbb``."""
        if name == "transparent":
            return "transparent"
        if name == "text":
            return self.text
        return self.named.get(name.rsplit("-", 1)[-1], name)

    def series_color(self, index: int) -> str:
        """Return the colour of the series with this number.

        The first eight are the palette; the next eight are nearer to the text and the eight after them nearer to the
        background, each by ``_SHADE``, so that 24 lines have 24 colours. From then on colours repeat.
        """
        turn, place = divmod(index % (len(self.series) * 3), len(self.series))
        color = self.series[place]
        return color if turn == 0 else _mixed(color, self.text if turn == 1 else self.surface, _SHADE)

    def at(self, value: float, thresholds: Sequence[ThresholdStep]) -> str:
        """Return the colour of the highest threshold that ``value`` reaches; the text colour without any."""
        color = self.text
        for threshold in thresholds:
            if threshold.value is None or value >= threshold.value:
                color = self.color(threshold.color)
        return color

    def config(self) -> dict[str, Any]:
        """Return Vega-Lite's ``config`` for this theme."""
        return {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": self.muted,
                "labelFontSize": 11,
                "titleColor": self.muted,
                "titleFontSize": 11,
                "titleFontWeight": "normal",
                "gridColor": self.grid,
                "domain": False,
                "ticks": False,
                "labelPadding": 6,
            },
            "legend": {
                "labelColor": self.text,
                "labelFontSize": 11,
                "symbolType": "stroke",
                "symbolStrokeWidth": 3,
                "symbolSize": 120,
                "rowPadding": 3,
                "columnPadding": 14,
                "offset": 6,
            },
        }


def _mixed(color: str, other: str, share: float) -> str:
    """Return a colour that is ``share`` of the way from one ``#rrggbb`` to another."""
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


LIGHT = Theme(
    surface="#ffffff",
    text="#1c2530",
    muted="#5a6673",
    grid="#e8ebef",
    series=("#2b6cd4", "#c96a00", "#178a63", "#7f52cc", "#bb3a70", "#0b85a1", "#86741a", "#66717e"),
    named={
        "green": "#17855a",
        "yellow": "#a67c00",
        "orange": "#c96a00",
        "red": "#cf2f3a",
        "blue": "#2b6cd4",
        "purple": "#7f52cc",
        "gray": "#66717e",
        "grey": "#66717e",
    },
)
DARK = Theme(
    surface="#171b21",
    text="#e4e8ed",
    muted="#98a3b0",
    grid="#2a3038",
    series=("#6ea3ff", "#f2a65a", "#4fc79b", "#b799f5", "#ec7fae", "#55c4dc", "#cbb857", "#9ba6b2"),
    named={
        "green": "#4fc78f",
        "yellow": "#e3c24d",
        "orange": "#f2a65a",
        "red": "#ff6f6f",
        "blue": "#6ea3ff",
        "purple": "#b799f5",
        "gray": "#9ba6b2",
        "grey": "#9ba6b2",
    },
)
