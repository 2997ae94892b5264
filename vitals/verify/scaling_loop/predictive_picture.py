"""Both runs of a predictive drill as one picture: what was asked of them, what they asked for, and who waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitals.local.draw.frame import Spec
from vitals.local.draw.theme import LIGHT
from vitals.verify.scaling_loop.charts import chart, objective, over_time, stacked, value
from vitals.verify.scaling_loop.drill import rate_of
from vitals.verify.scaling_loop.outcome import LoopVerdict
from vitals.verify.scaling_loop.predictive_outcome import PredictiveOutcome

_HEIGHT = 130
_REACTIVE, _PREDICTIVE, _LOAD = LIGHT.series[1], LIGHT.series[0], LIGHT.series[5]
Points = Sequence[tuple[float, float]]


def predictive_spec(outcome: PredictiveOutcome) -> Spec:
    """The picture as a Vega-Lite spec; the load steps up at zero."""
    reactive, predictive = outcome.reactive, outcome.predictive
    ends = -outcome.seen_before_s, reactive.load[-1][0]
    load = [(t, rate_of(users)) for t, users in predictive.load]
    ready = {"reactive": reactive.ready, "predictive": predictive.ready}
    p95 = {"reactive": _in_ms(reactive.p95), "predictive": _in_ms(predictive.p95)}
    said = "" if outcome.verdict() is LoopVerdict.AS_EXPECTED else f", {outcome.verdict()}"
    of_runs = _REACTIVE, _PREDICTIVE
    return stacked(
        "The same step of load, met reactively and with a forecast.",
        [
            chart(
                f"Requests per second{said}",
                _lines({"load": load, "forecast trigger": outcome.forecast}, ends, (_LOAD, _PREDICTIVE)),
                height=_HEIGHT,
            ),
            chart("Replicas ready", _lines(ready, ends, of_runs, whole=True), height=_HEIGHT),
            chart(
                "95th percentile (ms)",
                [*_lines(p95, ends, of_runs), *objective(reactive.slo_s * 1000, ends)],
                height=_HEIGHT,
            ),
        ],
    )


def _in_ms(points: Points) -> Points:
    return [(t, 1000.0 * seconds) for t, seconds in points]


def _lines(
    lines: Mapping[str, Points], ends: tuple[float, float], colours: tuple[str, str], *, whole: bool = False
) -> list[Spec]:
    """Lines from where the time begins on, and a mark where the load steps up."""
    colour = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(lines), "range": list(colours)},
        "legend": {"title": None, "orient": "top", "direction": "horizontal"},
    }
    rows = [
        {"t": t, "v": number, "what": what} for what, points in lines.items() for t, number in points if t >= ends[0]
    ]
    steps: Spec = {"interpolate": "step-after"} if whole else {}
    return [
        {
            "data": {"values": [{"t": 0}]},
            "mark": {"type": "rule", "color": LIGHT.muted, "strokeDash": [2, 3]},
            "encoding": {"x": {"field": "t", "type": "quantitative"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 2, "clip": True, **steps},
            "encoding": {
                "x": over_time(ends),
                "y": value(**({"tickMinStep": 1} if whole else {})),
                "color": colour,
            },
        },
    ]
