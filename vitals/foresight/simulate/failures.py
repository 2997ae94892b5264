"""What happens when the forecast is wrong, late or gone, and when a deploy changes what a pod can do.

Each scenario changes the load or what the forecaster knows; the reactive scaler meets the same load. A forecast that is
older than ``STALE_MIN`` asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate.demand import REACTIVE_TARGET
from vitals.foresight.simulate.outcome import Column, PolicyOutcome, column, simulate
from vitals.foresight.simulate.plan import PodPlan, plan, trusted
from vitals.foresight.simulate.policies import OURS, POLICIES, REACTIVE
from vitals.foresight.simulate.trace import Floats

STALE_MIN = 5
"""Minutes after which a forecast counts for nothing: longer than a restart of the forecaster, shorter than a burst."""
DEPLOY = 0.3
"""Change of a pod's capacity by a deploy, up or down."""
_SHIFT_MIN, _OUTAGE_MIN, _DAY = 180, 360, 1440
_FLASH, _FLASH_MIN = 5.0, 20
_HOLIDAY = 0.3
_NOTICED_MIN = 10
"""Minutes after a deploy until what a pod can do is measured anew: a mean of ten minutes."""
_SEED = 29


@dataclass(frozen=True)
class Failure:
    """One scenario.

    Attributes:
        name: What goes wrong.
        reactive: The reactive scaler's outcome in it.
        ours: Ours.
    """

    name: str
    reactive: PolicyOutcome
    ours: PolicyOutcome


@dataclass(frozen=True)
class _Scenario:
    name: str
    rate: Floats
    planned: PodPlan
    capacity: Floats


def suite(rate: Floats, seeds: int, say: Callable[[str], None]) -> Iterator[Failure]:
    """Simulate every scenario on a trace of at least a few days, in requests per second by minute."""
    for one in _scenarios(rate):
        say(f"failure suite: {one.name}")
        ours = Column(POLICIES[OURS], one.planned.targets, one.planned.floors)
        found = simulate(one.rate, {REACTIVE: column(REACTIVE, one.rate), OURS: ours}, seeds, capacity=one.capacity)
        yield Failure(one.name, found[REACTIVE], found[OURS])


def without_stale(planned: PodPlan, *, silent: np.ndarray) -> PodPlan:
    """What triggers get when the forecaster falls silent in some minutes: its last word, until that is stale."""
    minutes = np.arange(len(silent))
    last = np.maximum.accumulate(np.where(silent, -1, minutes))
    fresh = (last >= 0) & (minutes - last < STALE_MIN)
    said = np.maximum(last, 0)
    return PodPlan(np.where(fresh, planned.floors[said], 0.0), np.where(fresh, planned.targets[said], REACTIVE_TARGET))


def _scenarios(rate: Floats) -> Iterator[_Scenario]:
    length, half = len(rate), len(rate) // 2
    ones = np.ones(length)
    shifted = np.concatenate((rate[:half], rate[half + _SHIFT_MIN :]))
    yield _Scenario("the day moves by three hours (time zone, long outage)", shifted, plan(shifted), ones[_SHIFT_MIN:])
    holiday = rate.copy()
    holiday[half : half + _DAY] *= _HOLIDAY
    yield _Scenario("a holiday with a third of the load", holiday, plan(holiday), ones)
    flash = rate.copy()
    for start in np.random.default_rng(_SEED).integers(length // 4, max(length - _FLASH_MIN, length // 4 + 1), 3):
        flash[start : start + _FLASH_MIN] *= _FLASH
    yield _Scenario("three flash crowds of five times the load", flash, plan(flash), ones)
    yield _Scenario("history lost at half time", rate, _after_nothing(plan(rate[half:]), half), ones)
    planned = plan(rate)
    pauses = (np.arange(length) % _DAY) < _OUTAGE_MIN
    yield _Scenario("the forecaster hangs for six hours a day", rate, without_stale(planned, silent=pauses), ones)
    down = np.arange(length) >= half
    yield _Scenario("the forecaster is down from half time on", rate, without_stale(planned, silent=down), ones)
    said = np.maximum(np.arange(length) - _SHIFT_MIN, 0)
    late = trusted(PodPlan(planned.floors[said], planned.targets[said]), rate, rate)
    yield _Scenario("every forecast is three hours off", rate, late, ones)
    for change, says in ((-DEPLOY, "less"), (DEPLOY, "more")):
        capacity = np.where(np.arange(length) >= half, 1 + change, 1.0)
        noticed = np.where(np.arange(length) >= half + _NOTICED_MIN, 1 + change, 1.0)
        yield _Scenario(f"a deploy: a pod can do {DEPLOY:.0%} {says}", rate, plan(rate, capacity=noticed), capacity)


def _after_nothing(planned: PodPlan, minutes: int) -> PodPlan:
    return PodPlan(
        np.concatenate((np.zeros(minutes), planned.floors)),
        np.concatenate((np.full(minutes, REACTIVE_TARGET), planned.targets)),
    )
