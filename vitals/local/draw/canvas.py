"""A surface for panels that are not charts: rectangles, arcs and text at pixel positions, as a Vega-Lite spec.

Stat, gauge, bar gauge, table and text panels compute where things go and put them here. Every dataset exists in
every spec, so that a refresh changes rows and never the spec's structure.
"""

from typing import Literal

from vitals.local.draw.frame import Row, Size, Spec, frame
from vitals.local.draw.theme import Theme

Align = Literal["left", "center", "right"]
Baseline = Literal["top", "middle", "bottom"]

_BOLD_CHARACTER_WIDTH = 0.72


class Canvas:
    """Collects marks in pixels from the upper left; ``spec`` returns the drawing."""

    def __init__(self, size: Size, theme: Theme) -> None:
        self.size = size
        self.theme = theme
        self._rects: list[Row] = []
        self._arcs: list[Row] = []
        self._lines: list[Row] = []
        self._texts: list[Row] = []

    def rect(self, x: float, y: float, width: float, height: float, color: str, *, opacity: float = 1.0) -> None:
        """Fill a rectangle."""
        self._rects.append({"x": x, "y": y, "x2": x + width, "y2": y + height, "c": color, "o": opacity})

    def arc(self, x: float, y: float, *, radius: tuple[float, float], angle: tuple[float, float], color: str) -> None:
        """Fill a ring segment; ``radius`` inner and outer in pixels, ``angle`` in radians clockwise from noon."""
        inner, outer = radius
        start, end = angle
        self._arcs.append({"x": x, "y": y, "r": inner, "r2": outer, "a": start, "a2": end, "c": color})

    def line(self, points: list[tuple[float, float]], color: str) -> None:
        """Draw a thin line through points; colours distinguish lines only by their order of drawing."""
        group = len({row["g"] for row in self._lines})
        self._lines.extend({"x": x, "y": y, "i": i, "g": group, "c": color} for i, (x, y) in enumerate(points))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        color: str | None = None,
        align: Align = "left",
        baseline: Baseline = "middle",
        bold: bool = False,
        limit: float = 0,
    ) -> None:
        """Write one line of text; ``limit`` cuts it at so many pixels (0: no limit), and it is never transparent."""
        shown = self.theme.text if color in (None, "transparent") else color
        self._texts.append(
            {
                "x": x,
                "y": y,
                "s": text,
                "z": size,
                "c": shown,
                "h": align,
                "b": baseline,
                "w": "600" if bold else "normal",
                "l": limit,
            }
        )

    def spec(self, description: str) -> Spec:
        """Return the drawing as a Vega-Lite spec."""
        color = {"field": "c", "type": "nominal", "scale": None}
        x, y = _pixels("x"), _pixels("y")
        return frame(
            theme=self.theme,
            size=self.size,
            description=description,
            datasets={"rects": self._rects, "arcs": self._arcs, "lines": self._lines, "texts": self._texts},
            layers=[
                {
                    "data": {"name": "rects"},
                    "mark": {"type": "rect", "cornerRadius": 2},
                    "encoding": {
                        "x": x,
                        "y": y,
                        "x2": {"field": "x2"},
                        "y2": {"field": "y2"},
                        "color": color,
                        "opacity": {"field": "o", "type": "quantitative", "scale": None},
                    },
                },
                {
                    "data": {"name": "lines"},
                    "mark": {"type": "line", "strokeWidth": 1.4, "opacity": 0.55},
                    "encoding": {
                        "x": x,
                        "y": y,
                        "order": {"field": "i", "type": "quantitative"},
                        "detail": {"field": "g", "type": "nominal"},
                        "color": color,
                    },
                },
                {
                    "data": {"name": "arcs"},
                    "mark": {"type": "arc"},
                    "encoding": {
                        "x": x,
                        "y": y,
                        "theta": _pixels("a"),
                        "theta2": {"field": "a2"},
                        "radius": {**_pixels("r2"), "stack": None},
                        "radius2": {"field": "r"},
                        "color": color,
                    },
                },
                {
                    "data": {"name": "texts"},
                    "mark": {
                        "type": "text",
                        "align": {"expr": "datum.h"},
                        "baseline": {"expr": "datum.b"},
                        "fontWeight": {"expr": "datum.w"},
                        "limit": {"expr": "datum.l"},
                    },
                    "encoding": {
                        "x": x,
                        "y": y,
                        "text": {"field": "s", "type": "nominal"},
                        "size": _pixels("z"),
                        "color": color,
                    },
                },
            ],
        )


def fit_text(text: str, *, width: float, height: float, largest: float) -> float:
    """Return the font size in pixels at which bold ``text`` fits into a box, at most ``largest``."""
    return max(9.0, min(largest, height, width / (max(len(text), 1) * _BOLD_CHARACTER_WIDTH)))


def _pixels(field: str) -> Spec:
    return {"field": field, "type": "quantitative", "scale": None, "stack": None}
