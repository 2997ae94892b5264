"""Both runs of a predictive drill as one picture: what was asked of them, what they asked for, and who waited."""

from __future__ import annotations

from collections.abc import Sequence

from vitals.local.draw.frame import SCHEMA, Spec
from vitals.local.draw.theme import LIGHT
from vitals.verify.scaling_loop.drill import rate_of
from vitals.verify.scaling_loop.outcome import LoopOutcome, LoopVerdict
from vitals.verify.scaling_loop.predictive_outcome import PredictiveOutcome

_WIDTH, _HEIGHT = 760, 130
_REACTIVE, _PREDICTIVE, _LOAD = LIGHT.series[1], LIGHT.series[0], LIGHT.series[5]
Points = Sequence[tuple[float, float]]


def predictive_spec(outcome: PredictiveOutcome) -> Spec:
    """The picture as a Vega-Lite spec; the load steps up at zero."""
    begin, end = -outcome.seen_before_s, outcome.reactive.load[-1][0]
    slo_ms = outcome.reactive.slo_s * 1000

    def of_runs(field: str, factor: float = 1.0) -> dict[str, Points]:
        runs = {"reactive": outcome.reactive, "predictive": outcome.predictive}
        return {name: _seen(run, field, begin, factor) for name, run in runs.items()}

    load = [(t, rate_of(users)) for t, users in outcome.predictive.load if t >= begin]
    asked = [(t, rate) for t, rate in outcome.forecast if t >= begin]
    said = "" if outcome.verdict() is LoopVerdict.AS_EXPECTED else f", {outcome.verdict()}"
    return {
        "$schema": SCHEMA,
        "description": "The same step of load, met reactively and with a forecast.",
        "background": LIGHT.surface,
        "padding": 12,
        "config": LIGHT.config(),
        "spacing": 14,
        "resolve": {"scale": {"color": "independent"}},
        "vconcat": [
            _row(
                f"Requests per second{said}",
                {"load": load, "forecast trigger": asked},
                (begin, end),
                (_LOAD, _PREDICTIVE),
            ),
            _row("Replicas ready", of_runs("ready"), (begin, end), (_REACTIVE, _PREDICTIVE), whole=True),
            _row(
                "95th percentile (ms)",
                of_runs("p95", 1000.0),
                (begin, end),
                (_REACTIVE, _PREDICTIVE),
                bound=(slo_ms, f"objective {slo_ms:.0f} ms"),
            ),
        ],
    }


def _seen(run: LoopOutcome, field: str, begin: float, factor: float) -> Points:
    return [(t, factor * value) for t, value in getattr(run, field) if t >= begin]


def _row(
    title: str,
    lines: dict[str, Points],
    ends: tuple[float, float],
    colours: tuple[str, str],
    *,
    whole: bool = False,
    bound: tuple[float, str] | None = None,
) -> Spec:
    time = {
        "field": "t",
        "type": "quantitative",
        "scale": {"domain": list(ends), "nice": False},
        "axis": {"title": None, "labelExpr": "format(datum.value, 'd') + ' s'", "tickCount": 8},
    }
    axis = {"title": None, "tickCount": 4, **({"tickMinStep": 1} if whole else {})}
    value = {"field": "v", "type": "quantitative", "scale": {"domainMin": 0}, "axis": axis}
    colour = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(lines), "range": list(colours)},
        "legend": {"title": None, "orient": "top", "direction": "horizontal"},
    }
    rows = [{"t": t, "v": number, "what": what} for what, points in lines.items() for t, number in points]
    steps: Spec = {"interpolate": "step-after"} if whole else {}
    layers: list[Spec] = [
        {
            "data": {"values": [{"t": 0}]},
            "mark": {"type": "rule", "color": LIGHT.muted, "strokeDash": [2, 3]},
            "encoding": {"x": {"field": "t", "type": "quantitative"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 2, "clip": True, **steps},
            "encoding": {"x": time, "y": value, "color": colour},
        },
    ]
    if bound is not None:
        said = {"v": bound[0], "t": ends[1], "s": bound[1]}
        red = LIGHT.color("red")
        at = {"field": "v", "type": "quantitative"}
        layers += [
            {
                "data": {"values": [said]},
                "mark": {"type": "rule", "color": red, "strokeDash": [5, 4]},
                "encoding": {"y": at},
            },
            {
                "data": {"values": [said]},
                "mark": {"type": "text", "align": "right", "dy": -7, "color": red},
                "encoding": {"x": time, "y": at, "text": {"field": "s", "type": "nominal"}},
            },
        ]
    return {
        "title": {"text": title, "anchor": "start", "fontSize": 13, "color": LIGHT.text},
        "width": _WIDTH,
        "height": _HEIGHT,
        "layer": layers,
    }
