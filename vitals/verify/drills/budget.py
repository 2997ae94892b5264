"""How long a drill may take, computed from the times of its alert as they are rendered.

At worst a fault begins just after a scrape, which is just after an evaluation: each of the parts below is waited for in
full. Nothing here is measured or chosen, but for the time that a delivery takes on a busy machine.
"""

import math
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.local.stack.state import Heartbeat
from vitals.rendered import AlertTiming, RenderedModel
from vitals.verify.drills.drill import Drill

LONGEST_TO_FIRE_S = 480.0
"""No drill waits longer for its alert."""
LONGEST_TO_RESOLVE_S = 420.0
"""Nor for the resolved notification."""
AFTER_THE_WINDOW_S = 90.0
"""What is promised.

The resolved notification comes at most so long after the shortest window has forgotten the fault.
"""
DELIVERY_S = 2.0
"""What an evaluation and a delivery take by themselves."""


@dataclass(frozen=True)
class DrillBudget:
    """Seconds within which every receiver must be notified, and of its end as well; 0 where that is not awaited."""

    within_s: float
    resolved_within_s: float


def budget_of(drill: Drill, model: RenderedModel, heartbeat: Heartbeat | None) -> DrillBudget:
    """Compute the budget of a drill.

    Args:
        drill: The drill.
        model: What the stack runs.
        heartbeat: The pace of the Watchdog, as the running stack reports it.

    Raises:
        VitalsError: The rendered rules have no such alert, no heartbeat is sent, or the rules are so slow that the
            drill would wait longer than any may.
    """
    if drill.alert is None:
        return DrillBudget(drill.watched_s, 0.0)
    timing = model.timing_of(drill.alert, service=drill.service, rule=drill.rule)
    if drill.expected == "alarm":
        budget = _of_heartbeat(drill, timing, heartbeat)
    else:
        over = 0.0 if drill.once_a_day else _resolved_within(timing, drill)
        budget = DrillBudget(_fires_within(timing, drill), over)
    if budget.within_s > LONGEST_TO_FIRE_S or budget.resolved_within_s > LONGEST_TO_RESOLVE_S:
        raise VitalsError(
            f"{drill.name} could take {budget.within_s:.0f} s until every receiver is notified of {drill.alert} and "
            f"{budget.resolved_within_s:.0f} s until that is resolved, as the rules are now; a drill may take "
            f"{LONGEST_TO_FIRE_S:.0f} s and {LONGEST_TO_RESOLVE_S:.0f} s. Nothing was injected. Shorten the window or "
            f"the duration of the alert, or give the drill a stronger fault."
        )
    return budget


def _of_heartbeat(drill: Drill, timing: AlertTiming, heartbeat: Heartbeat | None) -> DrillBudget:
    """One interval before the alarm begins to count, and one until Prometheus sends to a new Alertmanager."""
    if heartbeat is None:
        raise VitalsError(f"This stack sends no heartbeat, so {drill.name} would prove nothing. Nothing was injected.")
    again_s = timing.evaluation_s + timing.group_wait_s + timing.group_interval_s
    return DrillBudget(heartbeat.patience_s + DELIVERY_S, again_s + DELIVERY_S)


def _bad_share(timing: AlertTiming, drill: Drill) -> float:
    """The share of the long window for which the fault must last."""
    return min(1.0, timing.least_share / drill.strength)


def _fires_within(timing: AlertTiming, drill: Drill) -> float:
    for_ = timing.evaluation_s * math.ceil(timing.for_s / timing.evaluation_s)
    seen = timing.window_s * _bad_share(timing, drill) + timing.settles_s + drill.builds_up_s
    chain = timing.scrape_s + timing.takes_s + timing.evaluation_s + for_ + timing.group_wait_s
    return math.ceil(seen + chain + DELIVERY_S)


def _resolved_within(timing: AlertTiming, drill: Drill) -> float:
    """Where a window needs no more than a share, it forgets that much earlier; a whole window is waited for."""
    forgotten = 1.0 - (0.0 if timing.least_share == 1.0 else _bad_share(timing, drill))
    seen = timing.short_s * forgotten + timing.settles_s
    chain = timing.scrape_s + timing.takes_s + timing.evaluation_s + timing.group_interval_s
    return math.ceil(drill.lingers_s + min(seen + chain + DELIVERY_S, timing.short_s + AFTER_THE_WINDOW_S))
