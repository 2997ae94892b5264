"""A drill as one picture: load, replicas and latency under one another, with the faults as shaded bands.

Pure data to a Vega-Lite spec; only ``picture`` writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vl_convert

from vitals.local.draw.frame import SCHEMA, Spec
from vitals.local.draw.theme import LIGHT
from vitals.verify.scaling_loop.outcome import FaultOutcome, LoopOutcome

_WIDTH, _HEIGHT = 760, 120
_LINE = 13  # pixels of a line of names
_SCALE = 2.0  # pixels for each: sharp on a dense screen
_LOAD, _ASKED, _READY, _SLOW = LIGHT.series[5], LIGHT.series[0], LIGHT.series[2], LIGHT.series[1]


def spec(outcome: LoopOutcome) -> Spec:
    """The picture as a Vega-Lite spec."""
    ends = [outcome.load[0][0], outcome.load[-1][0]]
    time = {
        "field": "t",
        "type": "quantitative",
        "scale": {"domain": ends, "nice": False},
        "axis": {"title": None, "labelExpr": "format(datum.value, 'd') + ' s'", "tickCount": 8},
    }
    step = {"type": "line", "interpolate": "step-after", "strokeWidth": 2}
    asked = [{"t": t, "v": n, "what": "asked for"} for t, n in outcome.replicas]
    ready = [{"t": t, "v": n, "what": "ready"} for t, n in outcome.ready]
    slo_ms = outcome.slo_s * 1000
    latency = [{"t": t, "v": seconds * 1000} for t, seconds in outcome.p95]
    return {
        "$schema": SCHEMA,
        "description": f"{outcome.service} under load: users, replicas and 95th percentile over time.",
        "background": LIGHT.surface,
        "padding": 12,
        "config": LIGHT.config(),
        "spacing": 14,
        "resolve": {"scale": {"color": "independent"}},
        "vconcat": [
            _row(
                outcome,
                "Users",
                [
                    {
                        "data": {"values": [{"t": t, "v": n} for t, n in outcome.load]},
                        "mark": {**step, "color": _LOAD},
                        "encoding": {"x": time, "y": _value({"domainMin": 0})},
                    }
                ],
            ),
            _row(
                outcome,
                "Replicas",
                [
                    {
                        "data": {"values": [*asked, *ready]},
                        "mark": step,
                        "encoding": {
                            "x": time,
                            "y": _value({"domainMin": 0}, tickMinStep=1),
                            "color": {
                                "field": "what",
                                "type": "nominal",
                                "scale": {"domain": ["asked for", "ready"], "range": [_ASKED, _READY]},
                                "legend": {"title": None, "orient": "bottom-right", "direction": "horizontal"},
                            },
                        },
                    }
                ],
            ),
            _row(
                outcome,
                "95th percentile",
                [
                    {
                        "data": {"values": latency},
                        "mark": {"type": "line", "strokeWidth": 2, "color": _SLOW},
                        "encoding": {"x": time, "y": _value({"domainMin": 0}, labelExpr="datum.label + ' ms'")},
                    },
                    {
                        "data": {"values": [{"v": slo_ms}]},
                        "mark": {"type": "rule", "color": LIGHT.color("red"), "strokeDash": [5, 4]},
                        "encoding": {"y": {"field": "v", "type": "quantitative"}},
                    },
                    {
                        "data": {"values": [{"v": slo_ms, "t": ends[1], "s": f"objective {slo_ms:.0f} ms"}]},
                        "mark": {"type": "text", "align": "right", "dy": -7, "color": LIGHT.color("red")},
                        "encoding": {
                            "x": time,
                            "y": {"field": "v", "type": "quantitative"},
                            "text": {"field": "s", "type": "nominal"},
                        },
                    },
                ],
            ),
        ],
    }


def picture(outcome: LoopOutcome, file: Path) -> None:
    """Draw a drill.

    Args:
        outcome: What came of it.
        file: Where; ``.svg`` or, with any other ending, PNG.

    Raises:
        OSError: It cannot be written.
    """
    write_picture(spec(outcome), file)


def write_picture(drawn: Spec, file: Path) -> None:
    """Write a spec as ``.svg`` or, with any other ending, as PNG.

    Raises:
        OSError: It cannot be written.
    """
    if file.suffix == ".svg":
        file.write_text(vl_convert.vegalite_to_svg(drawn), encoding="utf-8")
    else:
        file.write_bytes(vl_convert.vegalite_to_png(drawn, scale=_SCALE))


def _row(outcome: LoopOutcome, title: str, layers: list[Spec]) -> Spec:
    bands: list[Spec] = [
        {
            "data": {"values": [{"from": fault.begun, "to": fault.ended} for fault in outcome.faults]},
            "mark": {"type": "rect", "color": LIGHT.grid, "opacity": 0.8},
            "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
        },
        {
            "data": {"values": [_label(number, fault) for number, fault in enumerate(outcome.faults)]},
            "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 3, "fontSize": 9, "color": LIGHT.muted},
            "encoding": {
                "x": {"field": "at", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative", "scale": None},
                "text": {"field": "name", "type": "nominal"},
            },
        },
    ]
    heading: dict[str, Any] = {"text": title, "anchor": "start", "fontSize": 13, "color": LIGHT.text}
    shaded = bands if title == "Users" else bands[:1]
    return {
        "title": heading,
        "width": _WIDTH,
        "height": _HEIGHT,
        "layer": [*(shaded if outcome.faults else []), *layers],
        "resolve": {"scale": {"y": "independent"}} if shaded is bands and outcome.faults else {},
    }


def _label(number: int, fault: FaultOutcome) -> dict[str, object]:
    """Where the name of a fault stands: one under the other, for a fault is shorter than its name."""
    return {"at": fault.begun, "name": fault.name, "y": 40 + _LINE * number}


def _value(scale: dict[str, object], **axis: object) -> Spec:
    return {
        "field": "v",
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": None, "tickCount": 4, **axis},
    }
