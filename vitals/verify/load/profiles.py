"""The four load tests: what each asks of the generator, and which seconds count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vitals.rendered import ServiceLoad
from vitals.verify.load.plan import ArrivalStep, GeneratorPlan
from vitals.verify.load.recorded_run import ProfileName

USUAL_S: dict[ProfileName, float] = {"normal": 300, "peak": 300, "stress": 300, "soak": 3600}
"""How long each takes without --duration: five minutes give an endpoint with one request a second the 100
requests that a 99% objective needs three times over; a leak of memory or connections shows within an hour."""
SHORTEST_S = 5.0
"""Users take five seconds to come round: before that there is nothing to see."""
_RAMP_SHARE, _LONGEST_RAMP_S = 0.1, 10.0
_LONGEST_PAUSE_S = 5.0
"""Users pause for up to five seconds, so the load is even only so long after the last one arrived."""
_LARGEST_WARM_UP = 0.25
_STEP_S, _FEWEST_STEPS, _MOST_STEPS = 15.0, 6, 20
"""A step is long enough for an endpoint's tail, and there are enough of them to fit a curve to."""
_SPAN = 64.0
"""The last step asks for so many times the rate of the first: six doublings, beyond any surprise."""
_WORKERS = 200
"""Arrivals that can be on their way at once: at 10 s for an answer that is never faster, 20 a second."""
_LONG_INTERVAL_S = 10.0
"""Of a run with closed users that takes longer than usual: its file stays as small as that of a usual one."""


@dataclass(frozen=True)
class Profile:
    """A load test, ready to run.

    Attributes:
        name: Its name.
        plan: What the generator does.
        warm_up_s: Seconds at the beginning that no verdict counts.
    """

    name: ProfileName
    plan: GeneratorPlan
    warm_up_s: float


def profile(
    name: ProfileName,
    load: ServiceLoad,
    *,
    host: str,
    locustfile: Path,
    classes: tuple[str, ...] = (),
    duration_s: float | None = None,
    seed: int = 1,
) -> Profile:
    """Describe a load test.

    Args:
        name: Which one.
        load: How the service is load-tested.
        host: Base URL.
        locustfile: The file that holds the users.
        classes: User classes that take part; empty for all.
        duration_s: Seconds; None for as long as usual.
        seed: Of arrivals and of the choice of tasks.
    """
    lasts_s = USUAL_S[name] if duration_s is None else duration_s
    steps: tuple[ArrivalStep, ...] = ()
    users, ramp_s = {"normal": load.normal_users, "peak": load.peak_users, "soak": load.normal_users}.get(name), 0.0
    if users is None:
        steps, users = _steps(load.stress_from, lasts_s), _WORKERS
        warm_up_s = steps[0].lasts_s / 3
    else:
        ramp_s = min(_LONGEST_RAMP_S, _RAMP_SHARE * lasts_s)
        warm_up_s = min(ramp_s + _LONGEST_PAUSE_S, _LARGEST_WARM_UP * lasts_s)
    plan = GeneratorPlan(
        host=host,
        locustfile=locustfile,
        classes=classes,
        users=users,
        ramp_s=ramp_s,
        steps=steps,
        duration_s=lasts_s,
        interval_s=_LONG_INTERVAL_S if not steps and lasts_s > USUAL_S["normal"] else 1.0,
        seed=seed,
    )
    return Profile(name, plan, warm_up_s)


def _steps(first: float, lasts_s: float) -> tuple[ArrivalStep, ...]:
    count = min(_MOST_STEPS, max(_FEWEST_STEPS, round(lasts_s / _STEP_S)))
    growth = _SPAN ** (1 / (count - 1))
    return tuple(ArrivalStep(rate=round(first * growth**number, 3), lasts_s=lasts_s / count) for number in range(count))
