"""The drill: load steps up, replicas follow, latency recovers; faults, if wanted; load steps down, replicas go.

How much load is computed from what ships: a replica of the drill bears a third more than what one is kept for, and the
step asks for half as much again as the fewest replicas are kept for. That is above what they can answer, and small
enough for two cores.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.local.processes.background import background_tasks
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.metrics_api import MetricsApi
from vitals.rendered import LatencyEntry, Rendered
from vitals.verify.scaling_loop.expected import (
    HPA_LOOKS_S,
    LoadPace,
    LoadStep,
    asked_for,
    back_to_min_s,
    first_scale_up_s,
    pace,
)
from vitals.verify.scaling_loop.loop import Loop, LoopOptions, run_loop
from vitals.verify.scaling_loop.loop_faults import LOOP_FAULTS, LoopFault
from vitals.verify.scaling_loop.objects import PRE_STOP_S, Shipped
from vitals.verify.scaling_loop.outcome import FaultOutcome, LoopOutcome, Second
from vitals.verify.scaling_loop.watch import Watch

AT_ONCE = 4
"""Requests that a replica serves at once: as few as a small pool of connections to a database holds."""
SPARE = 4 / 3
"""What a replica bears, in what it is kept for: the quarter that the catalogue leaves for peaks."""
NORMAL, PEAK = 0.96, 1.5
"""Load before and after the step, in what the fewest replicas are kept for: just enough for them, and half more."""
QUICK_SPARE, QUICK_PEAK = 2.0, 1.8
"""The same where only the first scale-up is awaited: replicas that answer all of it, so the rate rises at once."""
PAUSE_S = 3.0
"""Seconds between two requests of a user, on average."""
QUICK_S = 0.15
"""Seconds of an answer of a replica that is not full."""
_WORK_S = 0.006
"""Processor time of one request in a replica: the rest of its place is waiting."""
STEADY_S = 15.0
"""How long the 95th percentile must stay under the objective to count as back."""
UP_WITHIN_S = 300.0
_LATE_S = 90.0
"""How much later than computed the replicas may be back before the drill stops waiting."""
_SETTLE_S = 60.0
"""How long the drill waits after a fault for everything to be as before."""


@dataclass(frozen=True, kw_only=True)
class LoopDrill:
    """What to drill.

    Attributes:
        up_only: Begin without traffic before the step, and end with the first replica that is added.
        faults: Faults to inject while the load is high.
    """

    up_only: bool = False
    faults: tuple[LoopFault, ...] = ()


ALL_FAULTS = LoopDrill(faults=LOOP_FAULTS)
UP_ONLY = LoopDrill(up_only=True)


def bound_of(step: LoadStep) -> str:
    """What a replica of the drill bears, as the demo's ``--bound`` takes it."""
    return f"{AT_ONCE}:{AT_ONCE / step.per_replica - _WORK_S:.3f}"


def step_of(shipped: Shipped, *, up_only: bool = False) -> LoadStep:
    """The step of load, and what a replica bears of it."""
    kept_for = shipped.threshold * shipped.lowest
    if up_only:
        return LoadStep(before=0.0, after=QUICK_PEAK * kept_for, per_replica=QUICK_SPARE * shipped.threshold)
    return LoadStep(before=NORMAL * kept_for, after=PEAK * kept_for, per_replica=SPARE * shipped.threshold)


async def drill(wanted: LoopDrill, options: LoopOptions, say: Callable[[str], None]) -> LoopOutcome:
    """Perform the drill on a loop of its own.

    Args:
        wanted: What to drill.
        options: What to run and where.
        say: Called, in a few words, with what happens.

    Returns:
        What came of it, also when it did not go as it must.

    Raises:
        VitalsError: The loop cannot be run.
    """
    shipped, known = options.shipped, pace(options.rendered, options.shipped)
    slo_s = objective_s(options.rendered, shipped.service)
    step = step_of(shipped, up_only=wanted.up_only)
    computed = first_scale_up_s(shipped, step, known)
    async with run_loop(options, say) as loop:
        watch = Watch(loop)
        async with background_tasks(say, watch.look()):
            if not wanted.up_only:
                loop.users.become(users_of(step.before))
                say(f"{step.before:.0f} requests per second, for {known.window_s + _SETTLE_S:.0f} s")
                await asyncio.sleep(known.window_s + _SETTLE_S)
            watch.load_steps()
            loop.users.become(users_of(step.after))
            say(f"load steps to {step.after:.0f} requests per second; a replica is to be added within {computed:.0f} s")
            grown = await watch.until(lambda one: one.asked > shipped.lowest, UP_WITHIN_S)
            say(f"replica {grown.asked} asked for after {grown.t:.0f} s" if grown else "no replica was asked for")
            if wanted.up_only:
                await watch.until(lambda one: one.ready > shipped.lowest, UP_WITHIN_S)
                say(f"{watch.seconds[-1].ready} replicas ready after {watch.now:.0f} s")
            recovered = await _recovered(watch, slo_s) if grown and not wanted.up_only else None
            if recovered is not None:
                say(f"95th percentile under {slo_s * 1000:.0f} ms after {recovered:.0f} s")
            elif grown and not wanted.up_only:
                say(f"95th percentile not under {slo_s * 1000:.0f} ms in {UP_WITHIN_S:.0f} s")
            risen = watch.now
            faults = await _injected(wanted.faults, loop, watch, say)
            outcome = outcome_so_far(options, watch, risen)
            outcome = outcome.model_copy(
                update={
                    "up_only": wanted.up_only,
                    "first_scale_up_s": grown and grown.t,
                    "first_scale_up_computed_s": computed,
                    "slo_recovered_s": recovered,
                    "faults": tuple(faults),
                }
            )
            return outcome if wanted.up_only else await _down(outcome, loop, watch, known, say)


async def _down(
    outcome: LoopOutcome, loop: Loop, watch: Watch, known: LoadPace, say: Callable[[str], None]
) -> LoopOutcome:
    """Let the load go and wait for the fewest replicas."""
    shipped = loop.shipped
    begun, computed = watch.now, back_to_min_s(shipped, watch.seconds[-1].asked, known)
    loop.users.become(users_of(step_of(shipped).before))
    say(f"load steps back; {shipped.lowest} replicas again within {computed:.0f} s")
    back = await watch.until(lambda one: one.asked == shipped.lowest, computed + _LATE_S)
    if back is not None:
        say(f"{back.asked} replicas asked for {back.t - begun:.0f} s after the load went")
        await asyncio.sleep(PRE_STOP_S + HPA_LOOKS_S)  # the last ones finish what they have
    return _seen(outcome, watch).model_copy(
        update={"back_to_min_s": back and back.t - begun, "back_to_min_computed_s": computed}
    )


async def _recovered(watch: Watch, slo_s: float) -> float | None:
    """When the 95th percentile came under the objective and stayed there."""
    since: float | None = None

    def steady(one: Second) -> bool:
        nonlocal since
        if one.p95_s is None or one.p95_s > slo_s:
            since = None
        elif since is None:
            since = one.t
        return since is not None and one.t - since >= STEADY_S

    return since if await watch.until(steady, UP_WITHIN_S) else None


async def _injected(
    wanted: Sequence[LoopFault], loop: Loop, watch: Watch, say: Callable[[str], None]
) -> list[FaultOutcome]:
    """Faults, one after the other; the load stays, so what it asks for before the first must hold through all."""
    if not wanted:
        return []
    replicas = asked_for(loop.shipped, await _rate(loop), watch.seconds[-1].asked)
    say(f"the load asks for {replicas} replicas, and goes on")
    return [await _one_injected(fault, replicas, loop, watch, say) for fault in wanted]


async def _one_injected(
    fault: LoopFault, replicas: int, loop: Loop, watch: Watch, say: Callable[[str], None]
) -> FaultOutcome:
    begun, failed = watch.now, loop.users.failed
    say(f"{fault.name}: {fault.means}")
    async with fault.inject(loop):
        await asyncio.sleep(fault.lasts_s)
    settled = await watch.until(lambda one: one.ready >= replicas, _SETTLE_S)
    await asyncio.sleep(HPA_LOOKS_S)
    fewest = min(one.asked for one in watch.since(begun))
    say(f"{fault.name}: never fewer than {fewest}" + ("" if settled else "; they are not ready again"))
    return FaultOutcome(
        name=fault.name,
        begun=begun,
        ended=watch.now,
        asked_for=replicas,
        fewest=fewest,
        failed_requests=loop.users.failed - failed,
    )


async def _rate(loop: Loop) -> float:
    """What the query of the scaler gives now."""
    async with loopback_client(timeout_s=5.0) as client:
        found = await MetricsApi(loop.prometheus_url, client).query(loop.shipped.query)
    return found[0].value if found else 0.0


def outcome_so_far(options: LoopOptions, watch: Watch, risen: float) -> LoopOutcome:
    """What was watched so far, without what a drill waits for; the processor's use until ``risen``."""
    up = watch.since(0, risen)
    return _seen(
        LoopOutcome(
            environment=options.rendered.name,
            service=options.shipped.service,
            lowest=options.shipped.lowest,
            slo_s=objective_s(options.rendered, options.shipped.service),
            first_scale_up_s=None,
            first_scale_up_computed_s=math.inf,
            slo_recovered_s=None,
            max_replicas=0,
            failed_requests=0,
            drill_cpu=sum(one.drill_cpu for one in up) / len(up),
            machine_cpu=sum(one.machine_cpu for one in up) / len(up),
            replicas=(),
            ready=(),
            load=(),
            p95=(),
        ),
        watch,
    )


def _seen(outcome: LoopOutcome, watch: Watch) -> LoopOutcome:
    """The outcome with everything that was watched so far."""
    seconds = watch.seconds
    during = sum(fault.failed_requests for fault in outcome.faults)
    return outcome.model_copy(
        update={
            "max_replicas": max(one.asked for one in seconds),
            "failed_requests": seconds[-1].failed - during,
            "problem": seconds[-1].problem,
            "replicas": tuple((round(one.t, 1), one.asked) for one in seconds),
            "ready": tuple((round(one.t, 1), one.ready) for one in seconds),
            "load": tuple((round(one.t, 1), one.users) for one in seconds),
            "p95": tuple((round(one.t, 1), round(one.p95_s, 4)) for one in seconds if one.p95_s is not None),
        }
    )


def objective_s(rendered: Rendered, service: str) -> float:
    """Within how many seconds a service is to answer.

    Raises:
        VitalsError: It has no objective of latency.
    """
    for entry in rendered.model.services:
        for slo in entry.slos:
            if entry.name == service and isinstance(slo, LatencyEntry):
                return slo.bound_s
    raise VitalsError(
        f"{service} has no objective of latency in rendered/{rendered.name}, so it cannot be said whether its latency "
        "recovered. Nothing was started. Give it a Latency(...) in the catalogue."
    )


def users_of(rate: float) -> int:
    """How many users make so many requests per second where answers are quick."""
    return round(rate * (PAUSE_S + QUICK_S))


def rate_of(users: float) -> float:
    """Requests per second that so many users make where answers are quick."""
    return users / (PAUSE_S + QUICK_S)
