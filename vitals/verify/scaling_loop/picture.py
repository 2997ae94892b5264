"""A drill as one picture: load, replicas and latency under one another, with the faults as shaded bands."""

from __future__ import annotations

from vitals.local.draw.frame import Spec
from vitals.local.draw.theme import LIGHT
from vitals.verify.scaling_loop.charts import chart, objective, over_time, stacked, value
from vitals.verify.scaling_loop.outcome import FaultOutcome, LoopOutcome

_HEIGHT = 120
_LINE = 13  # pixels of a line of names
_LOAD, _ASKED, _READY, _SLOW = LIGHT.series[5], LIGHT.series[0], LIGHT.series[2], LIGHT.series[1]


def spec(outcome: LoopOutcome) -> Spec:
    """The picture as a Vega-Lite spec."""
    ends = outcome.load[0][0], outcome.load[-1][0]
    time = over_time(ends)
    step = {"type": "line", "interpolate": "step-after", "strokeWidth": 2}
    asked = [{"t": t, "v": n, "what": "asked for"} for t, n in outcome.replicas]
    ready = [{"t": t, "v": n, "what": "ready"} for t, n in outcome.ready]
    latency = [{"t": t, "v": seconds * 1000} for t, seconds in outcome.p95]
    return stacked(
        f"{outcome.service} under load: users, replicas and 95th percentile over time.",
        [
            _row(
                outcome,
                "Users",
                [
                    {
                        "data": {"values": [{"t": t, "v": n} for t, n in outcome.load]},
                        "mark": {**step, "color": _LOAD},
                        "encoding": {"x": time, "y": value()},
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
                            "y": value(tickMinStep=1),
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
                        "encoding": {"x": time, "y": value(labelExpr="datum.label + ' ms'")},
                    },
                    *objective(outcome.slo_s * 1000, ends),
                ],
            ),
        ],
    )


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
    shaded = bands if title == "Users" else bands[:1]
    return {
        **chart(title, [*(shaded if outcome.faults else []), *layers], height=_HEIGHT),
        "resolve": {"scale": {"y": "independent"}} if shaded is bands and outcome.faults else {},
    }


def _label(number: int, fault: FaultOutcome) -> dict[str, object]:
    """Where the name of a fault stands: one under the other, for a fault is shorter than its name."""
    return {"at": fault.begun, "name": fault.name, "y": 40 + _LINE * number}
