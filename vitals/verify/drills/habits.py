"""Waiting for what an alert compares with: a stack that has just been started has no habits."""

import asyncio
import time
from collections.abc import Callable

from vitals.model.conventions import SERVICE
from vitals.model.promql import duration
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import NotPossibleHereError
from vitals.verify.drills.stack_client import StackClient

HABITS_WITHIN_S = 1020.0
"""What is usual is known a quarter of an hour after the start; two minutes more for a busy machine. What an alert
compares with from longer ago is not waited for: that may be days."""
PAST = "8d"
"""A synthetic past that reaches as far back as any alert of a drill compares: a week, and a day to know it by."""
LOOK_EVERY_S = 15.0
JUDGED_WITHIN_S = 300.0
"""The first cycle of the foresight service reads eight days of everything; on a busy machine that takes minutes."""


def compares_with_past(drill: Drill) -> bool:
    """Whether its alert compares with what lies further back than is waited for on a stack that was just started."""
    return any(_lies_too_far_back(ago) for _, ago in drill.needs)


def _lies_too_far_back(ago: str) -> bool:
    return duration(ago) > HABITS_WITHIN_S


async def known_past(drill: Drill, stack: StackClient, say: Callable[[str], None]) -> None:
    """Wait until what the alert compares with is known, as long as a stack needs that has just been started.

    Args:
        drill: The drill.
        stack: The running stack.
        say: Called once for what is waited.

    Raises:
        NotPossibleHereError: It is not known by then; what lies further back than such a wait is not waited for. Or it
            is a drill of once a day, and what it makes fire was found today.
    """
    deadline = time.time() + HABITS_WITHIN_S
    for signal, ago in drill.needs:
        record = next(
            one.name for one in stack.model.records if (one.signal, one.labels[SERVICE]) == (signal, drill.service)
        )
        query = f'{record}{{service="{drill.service}"}} offset {ago}'
        waiting = False
        while not await stack.prometheus.query(query):
            if _lies_too_far_back(ago) or time.time() > deadline:
                raise NotPossibleHereError(
                    f"{drill.alert} compares with {signal} of {ago} ago, and nothing is known of it; start the stack "
                    f"with `vitals up --history {PAST}`"
                )
            if not waiting:
                when = f", {ago} ago" if duration(ago) else ""
                say(f"waiting until something is known of {signal}{when}: this stack is young")
            waiting = True
            await asyncio.sleep(LOOK_EVERY_S)
    if drill.once_a_day:
        await _not_found_today(drill, stack, say)


async def _not_found_today(drill: Drill, stack: StackClient, say: Callable[[str], None]) -> None:
    """Wait until the service's series are judged, and find out whether one of them was an anomaly within a day.

    Args:
        drill: The drill.
        stack: The running stack.
        say: Called once if there is something to wait for.

    Raises:
        NotPossibleHereError: One was, so it is not said again unless it gets twice as bad; or none is judged in time.
    """
    active = f'anomaly_active{{service="foresight", anomaly_service="{drill.service}"}}'
    deadline, waiting = time.time() + JUDGED_WITHIN_S, False
    while not (found := await stack.prometheus.query(f"max_over_time({active}[1d]) > 0 or 0 * {active}")):
        if time.time() > deadline:
            raise NotPossibleHereError(f"the foresight service says nothing of {drill.service}")
        if not waiting:
            say("waiting for the first cycle of the foresight service")
        waiting = True
        await asyncio.sleep(LOOK_EVERY_S)
    said = sorted(one.labels["anomaly_name"] for one in found if one.value > 0)
    if said:
        raise NotPossibleHereError(
            f"{', '.join(said)} of {drill.service} was an anomaly within the last day, and is not said again before "
            "that is over unless it gets twice as bad"
        )
