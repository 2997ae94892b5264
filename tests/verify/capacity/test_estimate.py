"""The capacity of a replica from data of a known law: recovered where they carry it, refused where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.verify.capacity.simulated import SLO, simulated, true_capacity
from vitals.errors import VitalsError
from vitals.verify.capacity.estimate import Interval, estimate
from vitals.verify.capacity.scalability import ScalabilityLaw, fit
from vitals.verify.capacity.steps import CapacityStep
from vitals.verify.load.sketch import LatencySketch, value_of

LAW = ScalabilityLaw(rate=60.0, contention=0.08, coherency=0.0006)
CONCURRENCIES = np.geomspace(0.4, 60, 14)


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def test_law_is_recovered_exactly_from_exact_points() -> None:
    """Without noise, the fit gives back the law that made the points."""
    throughput = np.array([LAW.throughput(one) for one in CONCURRENCIES])

    found = fit(CONCURRENCIES, throughput)

    assert found.rate == pytest.approx(LAW.rate, rel=1e-3)
    assert found.contention == pytest.approx(LAW.contention, rel=1e-2)
    assert found.coherency == pytest.approx(LAW.coherency, rel=2e-2)
    assert found.peak == pytest.approx(LAW.peak, rel=2e-2)


def test_capacity_and_parameters_lie_in_their_intervals() -> None:
    """Steps of 20 s of a known law: its parameters and its capacity lie inside the 95 % intervals, which are narrow."""
    found = estimate(simulated(LAW, CONCURRENCIES, seconds=20, seed=5), SLO)

    assert _holds(found.requests, true_capacity(LAW))
    assert _holds(found.rate, LAW.rate)
    assert _holds(found.contention, LAW.contention)
    assert _holds(found.coherency, LAW.coherency)
    assert found.requests.high - found.requests.low < 0.3 * found.requests.value


@pytest.mark.nightly
@pytest.mark.parametrize(
    "law",
    [LAW, ScalabilityLaw(100.0, 0.2, 0.0), ScalabilityLaw(25.0, 0.02, 0.004)],
    ids=["both", "contention alone", "mostly coherency"],
)
def test_intervals_hold_as_often_as_they_say(law: ScalabilityLaw) -> None:
    """Of 40 stress tests of a law, the interval of the capacity misses the truth in no more than chance explains."""
    truth = true_capacity(law)
    found = [estimate(simulated(law, CONCURRENCIES, seconds=20, seed=seed), SLO).requests for seed in range(40)]

    missed = sum(not _holds(one, truth) for one in found)
    assert missed <= 6, [(one.low, one.high) for one in found]  # binomial(40, 5 %): more than 6 has a chance of 0.3 %


def test_straight_line_is_refused() -> None:
    """Throughput in proportion to concurrency shows no limit, whatever made requests slow."""
    line = ScalabilityLaw(rate=20.0, contention=0.0, coherency=0.0)
    steps = simulated(line, np.geomspace(0.4, 40, 14), seconds=20, seed=1)
    halfway = [replace(step, kept=number < 9) for number, step in enumerate(steps)]

    with pytest.raises(VitalsError, match="in proportion"):
        estimate(halfway, SLO)


def test_limit_of_the_machine_is_not_taken_for_that_of_the_service() -> None:
    """Full where the first objective is missed: refused, with what is known; full only further on: left out."""
    steps = simulated(LAW, CONCURRENCIES, seconds=20, seed=5)
    first = next(number for number, step in enumerate(steps) if not step.kept)
    full = [replace(step, machine_full=number >= first) for number, step in enumerate(steps)]
    later = [replace(step, machine_full=number > first + 1) for number, step in enumerate(steps)]

    with pytest.raises(VitalsError, match=rf"host-bound.*at least {steps[first - 1].throughput:.3g} requests"):
        estimate(full, SLO)
    assert _holds(estimate(later, SLO).requests, true_capacity(LAW))


def test_noise_is_refused() -> None:
    """Of steps that scatter by half of themselves, throughput falls and rises again."""
    steps = simulated(LAW, CONCURRENCIES, seconds=20, seed=3, scatter=0.5)
    in_order = [replace(step, kept=number < 9, rate=10 * 1.3**number) for number, step in enumerate(steps)]

    with pytest.raises(VitalsError, match="falls and rises again"):
        estimate(in_order, SLO)


@pytest.mark.parametrize("served", [(10, 40, 15, 60, 20, 50), (40, 56, 44, 72, 56, 80)])
def test_throughput_that_falls_and_rises_again_is_refused(served: tuple[float, ...]) -> None:
    """With more in flight fewer are served, then more: the message names the step and those beside it."""
    steps = [
        _exactly(rate=10 * 1.4**number, concurrency=2.0**number, throughput=one, kept=number < 3)
        for number, one in enumerate(served)
    ]

    with pytest.raises(VitalsError, match="Throughput that falls and rises again") as refused:
        estimate(steps, SLO)
    assert f"With 4 requests in flight {served[2]} per second were served, fewer than the {served[1]} with 2" in str(
        refused.value
    )


def test_whole_steps_that_scatter_widen_the_interval() -> None:
    """Each step is smooth in itself, and lies 5 % off: the interval knows of it."""
    rng = np.random.default_rng(1)
    served = [LAW.throughput(one) for one in CONCURRENCIES]
    scattered = [one * float(np.exp(rng.normal(0, 0.05))) for one in served]
    exact, rough = (
        estimate(
            [
                _exactly(rate=one, concurrency=many, throughput=now, kept=many < 10)
                for one, many, now in zip(served, CONCURRENCIES, found, strict=True)
            ],
            SLO,
        ).requests
        for found in (served, scattered)
    )

    assert exact.high - exact.low < 0.01 * exact.value
    assert 0.02 * rough.value < rough.high - rough.low < 0.3 * rough.value


def _exactly(*, rate: float, concurrency: float, throughput: float, kept: bool) -> CapacityStep:
    """Twenty seconds that are all alike."""
    sketch = LatencySketch()
    sketch.add(concurrency / throughput)
    return CapacityStep(
        rate=rate,
        kept=kept,
        interval_s=1.0,
        good=np.full(20, float(throughput)),
        busy_s=np.full(20, concurrency),
        counts=np.full((20, 1), float(throughput)),
        bounds=np.array([value_of(number) for number in sketch.root]),
    )


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (slice(0, 5), "5 steps can be used"),
        (slice(0, 7), "lies above the highest rate"),
        (slice(11, 14), "3 steps can be used"),
    ],
)
def test_steps_that_do_not_show_the_limit_are_refused(chosen: slice, message: str) -> None:
    """Too few steps, no step beyond the limit, or steps far apart: each is refused with what to do."""
    steps = simulated(LAW, np.geomspace(0.4, 60, 14), seconds=20, seed=2)[chosen]

    with pytest.raises(VitalsError, match=message) as refused:
        estimate(steps, SLO)
    assert "Nothing was written" in str(refused.value)


def test_steps_too_far_apart_are_refused() -> None:
    """A limit somewhere between one rate and its double is not read off a curve."""
    steps = simulated(LAW, np.geomspace(0.4, 60, 14), seconds=20, seed=2)
    doubled = [replace(step, rate=10 * 2.0**number) for number, step in enumerate(steps)]

    with pytest.raises(VitalsError, match="too far apart"):
        estimate(doubled, SLO)


def test_service_that_never_keeps_its_objective_is_refused() -> None:
    """A capacity below the lowest rate is not guessed."""
    slow = ScalabilityLaw(rate=10.0, contention=0.1, coherency=0.001)

    with pytest.raises(VitalsError, match="Not one step"):
        estimate(simulated(slow, CONCURRENCIES, seconds=10, seed=1), SLO)
