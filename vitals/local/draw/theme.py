"""Colours and type of the pictures, light and dark; Grafana's colour names are mapped here and nowhere else.

The series colours are distinguished by people with the usual colour-vision deficiencies (blue, orange, green, violet in
that order) and keep a contrast of 3:1 or better with the panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.dashboard import ThresholdStep

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
