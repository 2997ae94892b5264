"""What the pictures of drills have in common: charts under one another, over seconds from the step of load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import vl_convert

from vitals.local.draw.frame import SCHEMA, Spec
from vitals.local.draw.theme import LIGHT

WIDTH = 760
_SCALE = 2.0  # pixels for each: sharp on a dense screen


def stacked(description: str, charts: Sequence[Spec]) -> Spec:
    """Charts under one another as a Vega-Lite spec."""
    return {
        "$schema": SCHEMA,
        "description": description,
        "background": LIGHT.surface,
        "padding": 12,
        "config": LIGHT.config(),
        "spacing": 14,
        "resolve": {"scale": {"color": "independent"}},
        "vconcat": list(charts),
    }


def chart(title: str, layers: Sequence[Spec], *, height: int) -> Spec:
    """One of them."""
    return {
        "title": {"text": title, "anchor": "start", "fontSize": 13, "color": LIGHT.text},
        "width": WIDTH,
        "height": height,
        "layer": list(layers),
    }


def over_time(ends: tuple[float, float]) -> Spec:
    """The axis of ``t``, in seconds."""
    return {
        "field": "t",
        "type": "quantitative",
        "scale": {"domain": list(ends), "nice": False},
        "axis": {"title": None, "labelExpr": "format(datum.value, 'd') + ' s'", "tickCount": 8},
    }


def value(**axis: object) -> Spec:
    """The axis of ``v``, from zero."""
    return {
        "field": "v",
        "type": "quantitative",
        "scale": {"domainMin": 0},
        "axis": {"title": None, "tickCount": 4, **axis},
    }


def objective(slo_ms: float, ends: tuple[float, float]) -> list[Spec]:
    """A line where the objective is, and its name."""
    red, at = LIGHT.color("red"), {"field": "v", "type": "quantitative"}
    return [
        {
            "data": {"values": [{"v": slo_ms}]},
            "mark": {"type": "rule", "color": red, "strokeDash": [5, 4]},
            "encoding": {"y": at},
        },
        {
            "data": {"values": [{"v": slo_ms, "t": ends[1], "s": f"objective {slo_ms:.0f} ms"}]},
            "mark": {"type": "text", "align": "right", "dy": -7, "color": red},
            "encoding": {"x": over_time(ends), "y": at, "text": {"field": "s", "type": "nominal"}},
        },
    ]


def write_picture(drawn: Spec, file: Path) -> None:
    """Write a spec as ``.svg`` or, with any other ending, as PNG.

    Raises:
        OSError: It cannot be written.
    """
    if file.suffix == ".svg":
        file.write_text(vl_convert.vegalite_to_svg(drawn), encoding="utf-8")
    else:
        file.write_bytes(vl_convert.vegalite_to_png(drawn, scale=_SCALE))
