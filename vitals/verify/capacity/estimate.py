"""The capacity of a replica: the throughput at which its latency objective is just kept, with an interval.

It is refused where the steps do not carry it: a straight line has no limit, a cloud of points no law, and a limit that
lies outside what was measured is a guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import isotonic_regression

from vitals.errors import VitalsError
from vitals.rendered import LatencyEntry
from vitals.verify.capacity.scalability import ScalabilityLaw, fit, scatter
from vitals.verify.capacity.steps import CapacityStep

CONFIDENCE = 0.95
FEWEST_STEPS = 6
"""Twice the parameters of the law."""
_DRAWS = 200
"""Draws of the bootstrap: the ends of a 95 % interval rest on five of them each."""
MOST_SCATTER = 0.15
"""Steps that lie further from the law than this share are not explained by it; runs of one program differ by 5 %."""
DEEPEST_DIP = 0.1
"""By how much, as a share, throughput may fall before it is highest, beyond what counting requests explains: twice the
5 % by which runs of one program differ."""
_BY_CHANCE = 2.0
"""Standard errors of two counts of requests that a dip may be deep besides."""
LEAST_SLOWDOWN = 1.1
"""What waiting must at least have cost where the load was highest, or the steps are a straight line."""
WIDEST = 0.5
"""An interval wider than this share of the capacity itself decides nothing."""
COARSEST = 1.6
"""The rates beside the limit may differ by this factor: a stress test of 150 s has finer steps."""


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CapacityEstimate:
    """What one replica bears.

    Attributes:
        requests: Requests per second at the objective.
        concurrency: Requests in flight there.
        law: How throughput follows concurrency.
        rate: The law's rate with its interval.
        contention: The law's contention.
        coherency: The law's coherency.
        scatter: How far the steps lie from the law, as a share.
        steps: How many steps it rests on.
    """

    requests: Interval
    concurrency: Interval
    law: ScalabilityLaw
    rate: Interval
    contention: Interval
    coherency: Interval
    scatter: float
    steps: int


def estimate(steps: Sequence[CapacityStep], slo: LatencyEntry, *, seed: int = 1) -> CapacityEstimate:
    """Estimate the capacity of a replica.

    Args:
        steps: Steps by rate.
        slo: The latency objective.
        seed: Of the draws.

    Raises:
        VitalsError: The steps do not carry an estimate; the message says why and what to do.
    """
    _require_number(steps)
    _require_limit(steps)
    steps = [step for step in steps if step.kept or not step.machine_full]
    _require_number(steps)
    _require_rise(steps)
    law, requests, concurrency = _read_off(steps, slo)
    highest = max(step.concurrency for step in steps)
    far = scatter(law, *_points(steps), _weights(steps))
    _require_order(far)
    _require_bend(law.slowdown(highest))
    rng = np.random.default_rng(seed)
    again = [[step.drawn(rng) for step in steps] for _ in range(_DRAWS)]
    own = _scatter_of_steps(law, far, steps, again)
    drawn = [_read_off([_moved(step, own, rng) for step in one], slo, law) for one in again]
    found = CapacityEstimate(
        requests=_interval(requests, [one for _, one, _ in drawn]),
        concurrency=_interval(concurrency, [one for _, _, one in drawn]),
        law=law,
        rate=_interval(law.rate, [one.rate for one, _, _ in drawn]),
        contention=_interval(law.contention, [one.contention for one, _, _ in drawn]),
        coherency=_interval(law.coherency, [one.coherency for one, _, _ in drawn]),
        scatter=far,
        steps=len(steps),
    )
    _require_bend(float(np.quantile([one.slowdown(highest) for one, _, _ in drawn], (1 - CONFIDENCE) / 2)))
    _require_width(found.requests)
    return found


def _scatter_of_steps(
    law: ScalabilityLaw, far: float, steps: Sequence[CapacityStep], drawn: Sequence[Sequence[CapacityStep]]
) -> float:
    """How far steps lie from the law, as a share, beyond what is drawn from their own intervals.

    A neighbour on the machine makes a whole step slow, which shows in none of its intervals: without this the interval
    of steps that scatter would be as narrow as that of steps that do not.
    """
    distances = np.array([[_distance(law, step) for step in one] for one in drawn])
    within = float(np.average(distances.var(axis=0), weights=_weights(steps) ** 2))
    degrees = (len(steps) - FEWEST_STEPS / 2) / len(steps)  # three parameters follow the steps as far as they can
    return math.sqrt(max(far**2 / degrees - within, 0.0))


def _distance(law: ScalabilityLaw, step: CapacityStep) -> float:
    if step.throughput <= 0 or step.concurrency <= 0:
        return 0.0
    return math.log(step.throughput / law.throughput(step.concurrency))


def _moved(step: CapacityStep, scatter_of_steps: float, rng: np.random.Generator) -> CapacityStep:
    return replace(step, good=step.good * math.exp(rng.normal(0.0, scatter_of_steps)))


def _points(steps: Sequence[CapacityStep]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one.concurrency for one in steps]), np.array([one.throughput for one in steps])


def _weights(steps: Sequence[CapacityStep]) -> np.ndarray:
    """A step of few requests is a rough one, and its first requests meet cold caches."""
    return np.sqrt([one.count for one in steps])


def _read_off(
    steps: Sequence[CapacityStep], slo: LatencyEntry, near: ScalabilityLaw | None = None
) -> tuple[ScalabilityLaw, float, float]:
    """The law, and throughput and concurrency at which the objective is just kept."""
    usable = [step for step in steps if step.throughput > 0 and step.concurrency > 0]
    concurrency, throughput = _points(usable)
    law = fit(concurrency, throughput, _weights(usable), near)
    latency = np.array([step.quantile(1 - slo.budget) or slo.bound_s for step in usable])
    order = np.argsort(concurrency)
    # Latency grows with concurrency; what chance does to the order of two steps is evened out.
    rising = isotonic_regression(np.log(latency[order])).x
    ticks = rising + 1e-9 * np.arange(len(rising))  # a plateau has no inverse
    limit = float(np.exp(np.interp(np.log(slo.bound_s), ticks, np.log(concurrency[order]))))
    limit = min(limit, law.peak)
    return law, law.throughput(limit), limit


def _interval(value: float, drawn: Sequence[float]) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _require_number(steps: Sequence[CapacityStep]) -> None:
    if len(steps) < FEWEST_STEPS:
        raise VitalsError(
            f"{len(steps)} steps can be used, and the law has three parameters: at least {FEWEST_STEPS} are needed. "
            "Nothing was written. Run `vitals load stress` for longer, on a machine whose generator is not full."
        )


def _require_limit(steps: Sequence[CapacityStep]) -> None:
    kept = [number for number, step in enumerate(steps) if step.kept]
    if not kept:
        raise VitalsError(
            "Not one step kept its objectives, so the capacity lies below the lowest rate. Nothing was written. Lower "
            "stress_from in the catalogue and run `vitals load stress` again."
        )
    if kept[-1] == len(steps) - 1:
        raise VitalsError(
            "The last step still kept its objectives, so the capacity lies above the highest rate. Nothing was "
            "written. Run `vitals load stress` for longer, or raise stress_from in the catalogue."
        )
    last, beyond = steps[kept[-1]], steps[kept[-1] + 1]
    if beyond.machine_full:
        raise VitalsError(
            f"host-bound: where the first objective is missed, at {beyond.rate:.4g} arrivals per second, the machine "
            f"that generator and service share was full, so the limit is the machine's. One replica bears at least "
            f"{last.throughput:.3g} requests per second; how much more is not known. Nothing was written. Run "
            "`vitals load stress` on a machine with more cores, or one that does nothing else."
        )
    below, above = last.rate, beyond.rate
    if above / below > COARSEST:
        raise VitalsError(
            f"The limit lies between {below:.4g} and {above:.4g} arrivals per second, too far apart for a figure. "
            "Nothing was written. Run `vitals load stress` for 150 s or longer: its steps are finer then."
        )


def _require_rise(steps: Sequence[CapacityStep]) -> None:
    """Under every law of scaling throughput rises with the requests in flight until it is highest."""
    rising = sorted(steps, key=lambda step: step.concurrency)
    rising = rising[: max(range(len(rising)), key=lambda place: rising[place].throughput) + 1]
    best = rising[0]
    for step in rising[1:]:
        chance = _BY_CHANCE * math.sqrt(1 / best.count + 1 / step.count)
        if math.log(best.throughput / step.throughput) > DEEPEST_DIP + chance:
            raise VitalsError(
                f"With {step.concurrency:.3g} requests in flight {step.throughput:.3g} per second were served, fewer "
                f"than the {best.throughput:.3g} with {best.concurrency:.3g} in flight and the "
                f"{rising[-1].throughput:.3g} with {rising[-1].concurrency:.3g}. Throughput that falls and rises again "
                "follows no law of scaling, so the capacity would be chance. Nothing was written. Look what else ran "
                "during that step, and run `vitals load stress` again on a machine that does nothing else."
            )
        best = max(best, step, key=lambda one: one.throughput)


def _require_order(far: float) -> None:
    if far > MOST_SCATTER:
        raise VitalsError(
            f"The steps lie {far:.0%} from the scalability law (> {MOST_SCATTER:.0%}), so they follow no law "
            "and the capacity would be chance. Nothing was written. Run `vitals load stress` again on a machine that "
            "does nothing else, for longer."
        )


def _require_bend(slowdown: float) -> None:
    if slowdown < LEAST_SLOWDOWN:
        raise VitalsError(
            "Throughput grew in proportion to the requests in flight all the way, so no limit was seen and what was "
            "slow had another reason. Nothing was written. Run `vitals load stress` to higher rates."
        )


def _require_width(requests: Interval) -> None:
    if requests.high - requests.low > WIDEST * requests.value:
        raise VitalsError(
            f"The capacity lies between {requests.low:.3g} and {requests.high:.3g} requests per second, too wide to "
            "scale by. Nothing was written. Run `vitals load stress` for longer, or give several runs."
        )
