"""Pods as a plan: as many as are worth their price, given what may come, while the reactive trigger runs fuller pods.

A reactive scaler keeps 30 % of every pod idle all the time, for what it cannot see coming, and follows every peak of
the noise. A forecast knows how much the load scatters now and when bursts are due, so the same pods are better spent:
while it is trusted, the reactive trigger aims at a higher utilisation, and the plan asks for what is likely to be
needed. In each minute that is the number of pods at which one more costs more than the waiting that it prevents. The
price of waiting is the highest of a list that would have cost no more than the reactive scaler and the budget over the
last days.

The plan is trusted while it left fewer minutes without enough pods than the reactive trigger would have; otherwise, and
when it is stale or over its budget, that trigger aims at its own target and nothing is asked for beside it.

Everything at minute m is made of minutes before m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate.demand import REACTIVE_TARGET, at_target, safe
from vitals.foresight.simulate.lead import REFRESH_MIN, exponential_mean, serving
from vitals.foresight.simulate.outlook import LEVELS, Outlook, outlook
from vitals.foresight.simulate.scaler import LEAST_PODS, TOLERANCE
from vitals.foresight.simulate.trace import Floats

FULLER = 0.1
"""What is added to the reactive target while the plan is trusted: with 0.05 and 0.15 bursts were met less often, noise
alike; GKE's published step from 50 % to 70 % is twice as large."""
BUDGET = 0.047
"""Share of the reactive scaler's pods that may be added, by this count; starts and rounding come on top."""
PRICES = np.geomspace(1.0, 300.0, 13)
"""Pods that preventing a minute of waiting may cost; a load that never waits needs no more of its budget than that."""
BURST_MIN = 4.0
"""Minutes of waiting that a burst causes when it is met unprepared: to see it, to decide, to start pods and nodes."""
BURST_COST = 2.25
"""Pods for a burst that does not come are kept for five minutes more, so each minute costs that much of one."""
_DAY = 1440
_MEMORY = 1 / (2 * _DAY)
"""Weight of the newest minute in what a price costs: two days, so that a day like yesterday is in it."""
_CORRECTED_MIN, _MOST_CORRECTED = _DAY / 4, 0.1
"""What was spent beyond the budget is saved within six hours, or the reverse, by at most a tenth of the pods."""
_AHEAD_DAYS = 0.3
"""Days whose budget may be spent ahead: the last guard, against a plan that is wrong."""
_HOLD_MIN = 5
"""Minutes for which an autoscaler keeps what was asked for once."""
_TRUST_MEMORY = 1 / (_DAY / 2)
"""Weight of the newest minute in how often pods were short: half a day, so that a wrong plan is off within hours."""
WORSE, CHANCE = 1.1, 1 / _DAY
"""A plan that leaves a tenth more minutes short than the trigger, and one a day, is wrong; less is chance."""


@dataclass(frozen=True)
class PodPlan:
    """What a service's scaler gets by minute, shape (n,) each.

    Attributes:
        floors: Pods that are asked for.
        targets: Utilisation that the reactive trigger aims at.
    """

    floors: Floats
    targets: Floats


def plan(
    rate: Floats,
    target: float = REACTIVE_TARGET,
    budget: float = BUDGET,
    *,
    capacity: Floats | None = None,
    foreseen: bool = False,
) -> PodPlan:
    """Plan pods for each minute.

    Args:
        rate: Requests per second by minute; minute m is known from m + 1 on.
        target: Utilisation that the reactive trigger aims at when the plan is not trusted.
        budget: Share of the reactive scaler's pods that may be added.
        capacity: What a pod can serve by minute, as measured until then, relative to what the trigger supposes.
        foreseen: Suppose that when bursts begin is known.
    """
    if not rate.any():
        return PodPlan(np.zeros_like(rate), np.full_like(rate, target))
    load = rate if capacity is None else rate / capacity
    able = np.ones_like(rate) if capacity is None else capacity
    targets = np.clip((target + FULLER) * able, target, target + FULLER)  # pods that can do less are full sooner
    fuller = np.ceil(at_target(rate, 1.0) / targets)
    # A plan after minute i is read in minute i + 1.
    choices = [np.concatenate(([0.0], one[:-1])) for one in _worth(outlook(load, foreseen=foreseen), load)]
    paid = course(np.maximum(np.stack(choices), fuller))
    base = course(np.ceil(at_target(rate, target))[None])[0]
    costs = np.stack([exponential_mean(one, _MEMORY) for one in paid])
    usual = exponential_mean(base, _MEMORY)
    floors = np.zeros_like(rate)
    spent = allowed = 0.0
    for start in range(0, len(rate), REFRESH_MIN):
        part, at = slice(start, start + REFRESH_MIN), max(start - 1, 0)
        left = np.clip((allowed - spent) / (_CORRECTED_MIN * usual[at]), -_MOST_CORRECTED, _MOST_CORRECTED)
        within = np.flatnonzero(costs[:, at] <= usual[at] * (1 + budget + left))
        choice = int(within[-1]) if len(within) else 0
        floors[part] = choices[choice][part]
        spent += float(paid[choice, part].sum())
        allowed += (1 + budget) * float(base[part].sum())
    return trusted(PodPlan(floors, targets), rate, load, target=target, budget=budget)


def trusted(
    planned: PodPlan, rate: Floats, load: Floats, *, target: float = REACTIVE_TARGET, budget: float = BUDGET
) -> PodPlan:
    """Use a plan only while it is no worse than the reactive trigger alone, and costs no more than its budget.

    It looks at what the plan asked for and at the load that came, so it holds for one that is wrong in whatever way.

    Args:
        planned: What is asked for, and the targets that go with it.
        rate: Requests per second by minute.
        load: The same over what a pod can serve, relative to what the trigger supposes.
        target: Utilisation that the reactive trigger aims at otherwise.
        budget: Share of the reactive scaler's pods that may be added.
    """
    own = np.ceil(at_target(rate, target))
    asked = np.maximum(planned.floors, np.ceil(at_target(rate, 1.0) / planned.targets))
    paid, base = course(np.stack([asked, own]))
    need = safe(load)
    short = [exponential_mean((serving(one) < need).astype(np.float64), _TRUST_MEMORY) for one in (asked, own)]
    usual = exponential_mean(base, _MEMORY)
    floors, targets = planned.floors.copy(), planned.targets.copy()
    spent = allowed = 0.0
    for start in range(0, len(rate), REFRESH_MIN):
        part, at = slice(start, start + REFRESH_MIN), max(start - 1, 0)
        worse = short[0][at] > WORSE * short[1][at] + CHANCE
        over = spent > allowed + _AHEAD_DAYS * _DAY * budget * usual[at]
        if worse or over:
            floors[part], targets[part] = 0.0, target
        spent += float((base if worse or over else paid)[part].sum())
        allowed += (1 + budget) * float(base[part].sum())
    return PodPlan(floors, targets)


def course(asked: Floats) -> Floats:
    """Pods that an autoscaler sets, of shape (rows, minutes), for rows of what it is asked for."""
    pods = np.maximum(np.ceil(asked[:, 0]), LEAST_PODS)
    recent = np.repeat(pods[None], _HOLD_MIN, axis=0)
    found = np.empty_like(asked)
    for minute, now in enumerate(np.maximum(np.ceil(asked), LEAST_PODS).T):
        wanted = np.where(np.abs(now - pods) <= TOLERANCE * pods, pods, now)
        recent[minute % _HOLD_MIN] = wanted
        pods = np.where(wanted >= pods, wanted, np.minimum(recent.max(axis=0), pods))
        found[:, minute] = pods
    return found


def _worth(found: Outlook, rate: Floats) -> Sequence[Floats]:
    """For each price, the pods at which one more costs more than the waiting that it prevents."""
    mean = np.maximum(exponential_mean(rate, 1 / _DAY), 1e-9)
    weight = 0.5 + 0.5 * found.expected / mean  # a minute counts half as a minute, half by its requests
    candidates = [*found.steady, *found.burst]
    costs, waits = [], []
    for pods in candidates:
        steady = np.where(found.steady <= pods, (1 - LEVELS)[:, None], 0.5).min(axis=0)
        burst = (found.burst > pods).mean(axis=0)
        waits.append(weight * ((1 - found.chance) * steady + found.chance * BURST_MIN * burst))
        for_burst = np.maximum(pods - found.steady[-1], 0.0)
        costs.append(pods + (BURST_COST - 1) * for_burst)
    cost, wait, pods = np.stack(costs), np.stack(waits), np.stack(candidates)
    minutes = np.arange(len(rate))
    return [pods[np.argmin(cost + price * wait, axis=0), minutes] for price in PRICES]
