"""Waiting for what an alert compares with: a stack that has just been started has no habits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

from vitals.local.stack.metrics_api import Sample
from vitals.model.conventions import SERVICE
from vitals.model.promql import duration
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import NotPossibleHereError
from vitals.verify.drills.stack_client import StackClient

HABITS_WITHIN_S = 1020.0
"""What is usual is known a quarter of an hour after the start; two minutes more for a busy machine. What a start
makes odd is over by then, too. What an alert compares with from longer ago is not waited for: that may be days."""
PAST = "8d"
"""A synthetic past that reaches as far back as any alert of a drill compares: a week, and a day to know it by."""
LOOK_EVERY_S = 15.0
JUDGED_WITHIN_S = 300.0
"""A cycle takes a minute and a half; the first one reads eight days of everything, on a busy machine for minutes."""


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
    for signal, ago in drill.needs:
        record = next(
            one.name for one in stack.model.records if (one.signal, one.labels[SERVICE]) == (signal, drill.service)
        )
        when = f", {ago} ago" if duration(ago) else ""
        known = await _wait(
            partial(_yields, stack, f'{record}{{service="{drill.service}"}} offset {ago}'),
            0.0 if _lies_too_far_back(ago) else HABITS_WITHIN_S,
            partial(say, f"waiting until something is known of {signal}{when}: this stack is young"),
        )
        if not known:
            raise NotPossibleHereError(
                f"{drill.alert} compares with {signal} of {ago} ago, and nothing is known of it; start the stack "
                f"with `vitals up --history {PAST}`"
            )
    if drill.once_a_day:
        await _not_found_today(drill, stack, say)


async def _not_found_today(drill: Drill, stack: StackClient, say: Callable[[str], None]) -> None:
    """Wait until the service's series are judged as they are now, and no other one is odd whose alert would be taken.

    Where the stack has just been started, its cache is cold and its traffic begins: both are other than their past.

    Args:
        drill: The drill.
        stack: The running stack.
        say: Called once for what is waited.

    Raises:
        NotPossibleHereError: A series that the drill changes was an anomaly within a day, so it is not said again
            unless it gets twice as bad; or none is judged in time; or another one stays an anomaly.
    """
    active = f'anomaly_active{{service="foresight", anomaly_service="{drill.service}"}}'
    judged = f'foresight_last_success_timestamp_seconds{{service="foresight"}} >= {time.time():.0f} and on () {active}'
    waiting = partial(say, "waiting for the next cycle of the foresight service")
    if not await _wait(partial(_yields, stack, judged), JUDGED_WITHIN_S, waiting):
        raise NotPossibleHereError(f"the foresight service says nothing of {drill.service}")
    changed = {signal for signal, _ in drill.needs}
    today = await stack.prometheus.query(f"max_over_time({active}[1d]) > 0")
    said = sorted(one.labels["anomaly_name"] for one in today if _signal_of(one) in changed)
    if said:
        raise NotPossibleHereError(
            f"{', '.join(said)} of {drill.service} was an anomaly within the last day, and is not said again before "
            "that is over unless it gets twice as bad"
        )
    now = f"{active} > 0"
    names = ", ".join(sorted(one.labels["anomaly_name"] for one in await stack.prometheus.query(now)))
    waiting = partial(say, f"waiting until {names} is as usual, or its alert would be taken for that of the drill")
    if not await _wait(partial(_yields, stack, f"absent({now})"), HABITS_WITHIN_S, waiting):
        raise NotPossibleHereError(
            f"{names} of {drill.service} is an anomaly now, and its alert would be taken for mine"
        )


def _signal_of(one: Sample) -> str:
    return one.labels["anomaly_name"].partition("/")[0]


async def _yields(stack: StackClient, query: str) -> bool:
    return bool(await stack.prometheus.query(query))


async def _wait(known: Callable[[], Awaitable[bool]], within_s: float, say: Callable[[], None]) -> bool:
    """Whether it is known so soon; it is said once that it is waited for."""
    deadline, waiting = time.time() + within_s, False
    while not await known():
        if time.time() >= deadline:
            return False
        if not waiting:
            say()
        waiting = True
        await asyncio.sleep(LOOK_EVERY_S)
    return True
