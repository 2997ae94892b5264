"""What the loop must take, computed from the rendered files alone, to stand beside what was measured.

Up: the rate that is asked for must pass the HPA's tolerance, and it only does so as the new rate fills the window that
it is taken over; then the next scrape, the next evaluation of the rules and the next look of the HPA may each be an
interval away. Down: the rate must leave the window again, the HPA waits for its stabilization window, and takes away
what its policy allows. The defaults are those of https://kubernetes.io/docs/concepts/workloads/autoscaling/.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.local.stack.rendered_rules import RenderedRule, readings, rules_in
from vitals.model.promql import duration
from vitals.rendered import Rendered
from vitals.verify.scaling_loop.objects import Shipped

HPA_LOOKS_S = 15.0
"""Seconds between two looks of the HPA controller, by default and on GKE."""
TOLERANCE = 0.1
"""By how much a number may be off before the HPA acts."""
_DOWN_AFTER_S = 300.0
_DOWN_POLICY = {"type": "Percent", "value": 100, "periodSeconds": 15}


@dataclass(frozen=True, kw_only=True)
class LoadPace:
    """How fast a change of load can be known.

    Attributes:
        scrape_s: Seconds between two scrapes of the service.
        evaluation_s: Seconds that the rules on the way from scrape to query may lag behind.
        window_s: Seconds that the rate is taken over.
    """

    scrape_s: float
    evaluation_s: float
    window_s: float


@dataclass(frozen=True, kw_only=True)
class LoadStep:
    """A step of load.

    Attributes:
        before: Requests per second before it.
        after: After it.
        per_replica: What one replica can answer, in requests per second.
    """

    before: float
    after: float
    per_replica: float


def pace(rendered: Rendered, shipped: Shipped) -> LoadPace:
    """How fast the environment knows what it asks before it scales a service."""
    rules: dict[str, list[RenderedRule]] = {}
    for rule in rules_in(rendered.groups()):
        if rule.records:
            rules.setdefault(rule.name, []).append(rule)
    window, groups = _look_back(shipped.query, rules)
    job = next(one for one in rendered.model.jobs if one.name == shipped.service)
    return LoadPace(scrape_s=duration(job.interval), evaluation_s=sum(groups.values()), window_s=window)


def asked_for(shipped: Shipped, rate: float, replicas: int) -> int:
    """How many replicas the HPA asks for: as many as there are, where the load is within its tolerance of these.

    Args:
        shipped: What scales.
        rate: What its query gives, in all.
        replicas: How many there are.
    """
    if abs(rate / (shipped.threshold * replicas) - 1) <= TOLERANCE:
        return replicas
    return max(shipped.lowest, math.ceil(rate / shipped.threshold))


def first_scale_up_s(shipped: Shipped, step: LoadStep, pace: LoadPace) -> float:
    """Seconds from a step of load until another replica is asked for, at most.

    The load before the step keeps the fewest replicas busy; what they cannot answer is not counted as a request yet.
    """
    answered = min(step.after, shipped.lowest * step.per_replica)
    needed = (1 + TOLERANCE) * shipped.threshold * shipped.lowest
    if answered <= needed:
        return math.inf
    fills = pace.window_s * max(0.0, needed - step.before) / (answered - step.before)
    behaviour = _behaviour(shipped, "scaleUp")
    return (
        fills + pace.scrape_s + pace.evaluation_s + HPA_LOOKS_S + float(behaviour.get("stabilizationWindowSeconds", 0))
    )


def back_to_min_s(shipped: Shipped, replicas: int, pace: LoadPace) -> float:
    """Seconds from the end of a load until the fewest replicas are asked for, at most.

    Args:
        shipped: What scales.
        replicas: How many there are when the load ends.
        pace: How fast that is known.
    """
    behaviour = _behaviour(shipped, "scaleDown")
    waits = float(behaviour.get("stabilizationWindowSeconds", _DOWN_AFTER_S))
    known = pace.window_s + pace.scrape_s + pace.evaluation_s + HPA_LOOKS_S
    return known + waits + _taken_away_s(behaviour, replicas, shipped.lowest)


def _taken_away_s(behaviour: Mapping[str, Any], replicas: int, lowest: int) -> float:
    """Seconds that the policies need from the first to the last replica that goes."""
    if behaviour.get("selectPolicy") == "Disabled":
        return math.inf
    policies: Sequence[Mapping[str, Any]] = behaviour.get("policies") or [_DOWN_POLICY]
    choose = min if behaviour.get("selectPolicy") == "Min" else max
    spent = 0.0
    while replicas > lowest:
        fewer, period = choose((_allowed(policy, replicas), float(policy["periodSeconds"])) for policy in policies)
        replicas -= max(1, fewer)
        if replicas > lowest:
            spent += max(HPA_LOOKS_S, period) + HPA_LOOKS_S
    return spent


def _allowed(policy: Mapping[str, Any], replicas: int) -> int:
    """Replicas that a policy lets go in one period; what stays of a percentage is rounded down."""
    value = int(policy["value"])
    return value if policy["type"] == "Pods" else math.ceil(replicas * value / 100)


def _behaviour(shipped: Shipped, direction: str) -> Mapping[str, Any]:
    configured = shipped.scaled_object["spec"].get("advanced", {}).get("horizontalPodAutoscalerConfig", {})
    found: Mapping[str, Any] = configured.get("behavior", {}).get(direction, {})
    return found


def _look_back(expr: str, rules: Mapping[str, Sequence[RenderedRule]]) -> tuple[float, dict[str, float]]:
    """How far back an expression reaches through the records that it reads, and the groups on that way by interval."""
    ways: list[tuple[float, dict[str, float]]] = [(0.0, {})]
    for reading in readings(expr):
        ways.append((reading.reach_s, {}))
        for rule in rules.get(reading.name, ()):
            further, groups = _look_back(rule.expr, rules)
            ways.append((reading.reach_s + further, {rule.group: rule.interval_s, **groups}))
    return max(ways, key=lambda way: (way[0], sum(way[1].values())))
