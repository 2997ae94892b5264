"""The predictive drill: the same step of load twice, met by what is measured alone, and by what is forecast as well.

Both runs have the same past: eight days in which the load rises once an hour, at this minute. In the first run no
service forecasts, so the forecast triggers of the shipped ScaledObject say zero and the reactive ones decide. In the
second the service runs, and may ask for replicas before the load comes. Nothing else differs.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import httpx

from vitals.errors import VitalsError
from vitals.local.portal.prometheus import QueryError
from vitals.local.processes.background import background_tasks
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.metrics_api import MetricsApi
from vitals.verify.scaling_loop.drill import outcome_so_far, step_of, users_of
from vitals.verify.scaling_loop.expected import first_scale_up_s, pace
from vitals.verify.scaling_loop.hourly_past import STEP_S, HourlyPast, record_of
from vitals.verify.scaling_loop.loop import Loop, LoopOptions, run_loop
from vitals.verify.scaling_loop.outcome import LoopOutcome
from vitals.verify.scaling_loop.predictive_outcome import PredictiveOutcome
from vitals.verify.scaling_loop.watch import Watch

STEPS_AFTER_S = 600
"""Seconds from the begin of a run until the load steps up: the loop needs two minutes or three to start, the forecast
looks three minutes ahead, and what it asks for must be seen to be early."""
SEEN_BEFORE_S = 270.0
"""Seconds before the step from which on a run counts: the lead of the forecast and half as much again."""
WATCHED_S = 300.0
"""Seconds that are watched after the step: a reactive scaler is through with it in a third of that."""
_ASKED_EVERY_S = 5.0


async def predictive_drill(options: LoopOptions, say: Callable[[str], None]) -> PredictiveOutcome:
    """Perform both runs, one after the other.

    Args:
        options: What to run and where; past and forecasts are those of the runs.
        say: Called, in a few words, with what happens.

    Raises:
        VitalsError: The environment ships no forecast trigger, or a loop cannot be run or starts too late.
    """
    if options.shipped.forecast_query is None:
        raise VitalsError(
            f"The environment {options.rendered.name!r} scales {options.shipped.service} on no forecast, so there is "
            "nothing to compare. Nothing was started. Add 'foresight' to its exporters, or drill another environment."
        )
    record_of(options.shipped.query)
    reactive, _ = await _run(replace(options, forecasts=False), partial(_named, say, "reactive"))
    predictive, forecast = await _run(replace(options, forecasts=True), partial(_named, say, "predictive"))
    return PredictiveOutcome(reactive=reactive, predictive=predictive, forecast=forecast, seen_before_s=SEEN_BEFORE_S)


def _named(say: Callable[[str], None], run: str, line: str) -> None:
    say(f"{run}: {line}")


async def _run(options: LoopOptions, say: Callable[[str], None]) -> tuple[LoopOutcome, tuple[tuple[float, float], ...]]:
    shipped, step, began = options.shipped, step_of(options.shipped), time.time()
    steps_at = int(began + STEPS_AFTER_S) // STEP_S * STEP_S
    past = HourlyPast(record_of(shipped.query), shipped.service, step, steps_at, until=int(began) // STEP_S * STEP_S)
    say(f"the load will step up in {steps_at - began:.0f} s, as it did in each hour before")
    async with run_loop(replace(options, past=past), say) as loop:
        watch, asked = Watch(loop), list[tuple[float, float]]()
        loop.users.become(users_of(step.before))
        left = steps_at - time.time()
        if left < SEEN_BEFORE_S:
            raise VitalsError(
                f"The loop took {time.time() - began:.0f} s to start, so its forecast cannot be seen before the load "
                "steps up. Nothing can be said. Run the drill again when less else runs on this machine."
            )
        async with background_tasks(say, watch.look(), _follow(loop, asked)):
            say(f"{step.before:.0f} requests per second, for {left:.0f} s")
            await asyncio.sleep(max(0.0, steps_at - time.time()))
            watch.load_steps()
            loop.users.become(users_of(step.after))
            early = watch.seconds[-1].asked if watch.seconds else shipped.lowest
            say(f"load steps to {step.after:.0f} requests per second, {early} replicas are asked for")
            await asyncio.sleep(WATCHED_S)
        grown = next((one.t for one in watch.since(-SEEN_BEFORE_S) if one.asked > shipped.lowest), None)
        outcome = outcome_so_far(options, watch, WATCHED_S)
        outcome = outcome.model_copy(
            update={
                "up_only": True,
                "first_scale_up_s": grown,
                "first_scale_up_computed_s": first_scale_up_s(shipped, step, pace(options.rendered, shipped)),
            }
        )
        slow = outcome.slow_s
        say(f"first scale-up at {'never' if grown is None else f'{grown:.0f} s'}, {slow:.0f} s above the objective")
    return outcome, tuple((round(at - steps_at, 1), round(rate, 2)) for at, rate in asked)


async def _follow(loop: Loop, asked: list[tuple[float, float]]) -> None:
    """Ask what the forecast trigger asks, again and again; Unix seconds and requests per second."""
    query = loop.shipped.forecast_query or ""
    async with loopback_client(timeout_s=5.0) as client:
        prometheus = MetricsApi(loop.prometheus_url, client)
        while True:
            with contextlib.suppress(httpx.HTTPError, QueryError):
                asked += [(time.time(), one.value) for one in await prometheus.query(query)]
            await asyncio.sleep(_ASKED_EVERY_S)
