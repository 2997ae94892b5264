"""The policies by name: a reactive trigger, and what is asked for beyond it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate import lead, peers, shipped
from vitals.foresight.simulate.cluster import PER_POD
from vitals.foresight.simulate.demand import REACTIVE_TARGET, at_target, beyond_tolerance, safe
from vitals.foresight.simulate.plan import PodPlan, plan
from vitals.foresight.simulate.trace import Floats

CPU_BACKSTOP = 0.8
"""Utilisation of the CPU trigger beside every RPS trigger: it acts when a pod can do less than was measured."""
REACTIVE, SHIPPED, ADDITIVE, OURS = "keda", "vitals_trigger", "vitals_additive", "vitals"
FORESEEN, ORACLE = "vitals_foreseen", "oracle"
Floors = Callable[[Floats, float], Floats]
"""From requests per second by minute and the reactive target to pods by minute."""
Planner = Callable[[Floats, float], PodPlan]
"""From the same to pods and targets by minute."""


@dataclass(frozen=True)
class Policy:
    """How a service is scaled.

    Attributes:
        says: What it is, in a sentence.
        floors: Pods that are asked for beside the reactive trigger; None for none.
        plan: Gives floors and the targets of the reactive trigger, where a policy moves them; None where not.
        reactive: Whether there is the RPS trigger, with the CPU as a backstop.
        cpu_target: Utilisation of the CPU trigger where it is the only one; infinity where it is not.
        fixed: Whether the floor is the number of pods, without an autoscaler.
    """

    says: str
    floors: Floors | None = None
    plan: Planner | None = None
    reactive: bool = True
    cpu_target: float = math.inf
    fixed: bool = False


def _expecting(forecast: Callable[[Floats], Floats]) -> Floors:
    """Pods at the reactive target for what is expected: that is how a forecast becomes a trigger elsewhere."""
    return lambda rate, target: at_target(forecast(rate), target)


def _peak(rate: Floats, target: float) -> Floats:
    return np.full_like(rate, np.ceil(at_target(rate.max(initial=0.0), target)))


def _planned(rate: Floats, target: float) -> Floats:  # noqa: ARG001 - the chance, not a target, says how full pods are
    return np.maximum(safe(peers.chance_constrained(rate)), 1.0)


def _ours(rate: Floats, target: float) -> Floats:
    return lead.floors(rate, target)


def _foreseen(rate: Floats, target: float) -> PodPlan:
    return plan(rate, target, foreseen=True)


def _known(rate: Floats, target: float) -> Floats:
    own = lead.serving(np.ceil(at_target(rate, target)))
    return beyond_tolerance(safe(peers.known_ahead(rate)), own)


def _cpu(target: float) -> Policy:
    return Policy(f"HPA on CPU at {target:.0%}", reactive=False, cpu_target=target)


POLICIES: Mapping[str, Policy] = {
    "static_peak": Policy("as many pods as the highest minute needs (knows the trace)", _peak, fixed=True),
    "hpa_50": _cpu(0.5),
    "hpa_60": _cpu(0.6),
    "hpa_70": _cpu(0.7),
    "hpa_80": _cpu(0.8),
    REACTIVE: Policy(
        f"KEDA on requests per second at {REACTIVE_TARGET:.0%}, CPU at {CPU_BACKSTOP:.0%}: the reactive one"
    ),
    "keda_cron": Policy(
        "keda and a schedule for the eight busiest hours of the days before", _expecting(peers.schedule)
    ),
    "seasonal_naive": Policy(
        "keda and the highest half hour a week ago (a day in the first week), as Mimir does",
        _expecting(peers.seasonal_naive),
    ),
    "holt_winters": Policy("keda and Holt-Winters with a daily season, as PHPA does", _expecting(peers.holt_winters)),
    "aws_hourly": Policy("keda and the mean of this hour on the days before, as AWS does", _expecting(peers.hourly)),
    "mig": Policy("keda and the shape of three days at today's level, as Google does", _expecting(peers.daily_shape)),
    "prophet_gated": Policy(
        "keda and a regression with Prophet's terms (not Prophet itself) behind an accuracy gate, as Kedify does",
        _expecting(peers.gated_regression),
    ),
    "mpc": Policy(
        "a chance-constrained plan in place of the RPS trigger, as OptScaler does, CPU as a backstop",
        _planned,
        reactive=False,
        cpu_target=CPU_BACKSTOP,
    ),
    SHIPPED: Policy(
        "keda and the forecast trigger that `vitals render` writes: a 90 % quantile at the lead time behind a gate",
        shipped.floors,
    ),
    ADDITIVE: Policy("keda as it is, and our forecast of the lead time within its budget of pods", _ours),
    OURS: Policy(
        "keda at fuller pods while the forecast is trusted, and our plan of pods for what it saves", plan=plan
    ),
    FORESEEN: Policy("vitals, if it knew when bursts begin and nothing else (knows the trace)", plan=_foreseen),
    ORACLE: Policy("keda and the trace itself, for the same lead time (knows the trace)", _known),
}
"""Each by its name, in the order of tables."""


def rps_targets(policy: Policy, targets: Floats) -> Floats:
    """Requests per second and pod of its RPS trigger by minute; infinity without one."""
    return PER_POD * targets if policy.reactive else np.full_like(targets, np.inf)


def cpu_targets(policy: Policy, targets: Floats) -> Floats:
    """Utilisation of its CPU trigger by minute, moved with the target of the RPS trigger."""
    if policy.fixed:
        return np.full_like(targets, np.inf)
    if policy.reactive:
        return np.maximum(CPU_BACKSTOP, targets + CPU_BACKSTOP - REACTIVE_TARGET)
    return policy.cpu_target * targets / REACTIVE_TARGET
