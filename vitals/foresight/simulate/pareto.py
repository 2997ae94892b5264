"""Violations against cost: each policy at several targets, so that two are compared at equal pod-hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import vl_convert

from vitals.foresight.simulate.demand import REACTIVE_TARGET
from vitals.foresight.simulate.outcome import PolicyOutcome, column, simulate
from vitals.foresight.simulate.policies import ORACLE, OURS, POLICIES, REACTIVE
from vitals.foresight.simulate.trace import Floats

TARGETS = (0.5, 0.6, 0.7, 0.8)
"""Utilisations that triggers aim at; GKE's published comparison goes from the first to the third."""
SWEPT = (REACTIVE, "keda_cron", "seasonal_naive", "holt_winters", "aws_hourly", "prophet_gated", OURS, ORACLE)
"""Policies with a reactive trigger, so that the target moves all of them alike."""
Curves = Mapping[str, Sequence[PolicyOutcome]]
_SIZE = 360


def with_sweep(rate: Floats, seeds: int, say: Callable[[str], None]) -> tuple[dict[str, PolicyOutcome], Curves]:
    """Every policy at its own target, and those of ``SWEPT`` at each of ``TARGETS``; all in the same runs."""
    others = [target for target in TARGETS if target != REACTIVE_TARGET]  # at that one each is a policy already
    columns = {name: column(name, rate) for name in POLICIES}
    columns |= {_at(name, target): column(name, rate, target) for name in SWEPT for target in others}
    found = simulate(rate, columns, seeds, say=say)
    curves = {name: [found[_at(name, target)] for target in TARGETS] for name in SWEPT}
    return {name: found[name] for name in POLICIES}, curves


def _at(name: str, target: float) -> str:
    return name if target == REACTIVE_TARGET else f"{name}@{target}"


def at_equal_pods(curves: Curves, pod_hours: float) -> dict[str, float | None]:
    """Violating minutes of each policy at a cost, between the targets that lie around it; None beyond them."""
    found: dict[str, float | None] = {}
    for name, outcomes in curves.items():
        ordered = sorted(outcomes, key=lambda one: one.pod_hours)
        pods = [one.pod_hours for one in ordered]
        inside = pods[0] <= pod_hours <= pods[-1]
        minutes = [one.violating_minutes for one in ordered]
        found[name] = float(np.interp(pod_hours, pods, minutes)) if inside else None
    return found


def picture(curves: Curves) -> str:
    """The curves as SVG."""
    values: list[dict[str, Any]] = [
        {"policy": name, "pod-hours": round(one.pod_hours), "violating minutes": round(one.violating_minutes)}
        for name, outcomes in curves.items()
        for one in outcomes
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _SIZE * 2,
        "height": _SIZE,
        "background": "white",
        "data": {"values": values},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "pod-hours", "type": "quantitative", "scale": {"zero": False}},
            "y": {"field": "violating minutes", "type": "quantitative", "scale": {"type": "symlog"}},
            "order": {"field": "pod-hours"},
            "color": {"field": "policy", "type": "nominal", "sort": list(curves)},
            "strokeWidth": {"condition": {"test": f"datum.policy == '{OURS}'", "value": 4}, "value": 1.5},
        },
    }
    return vl_convert.vegalite_to_svg(spec)
