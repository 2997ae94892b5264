"""What happens when the forecast is wrong, late or gone, and when a deploy changes what a pod can do.

Each scenario changes the load or what the forecaster knows; the reactive scaler meets the same load. A forecast that is
older than ``STALE_MIN`` asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.foresight.simulate import lead
from vitals.foresight.simulate.demand import REACTIVE_TARGET, at_target
from vitals.foresight.simulate.outcome import Column, PolicyOutcome, column, simulate
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
    floors: Floats
    capacity: Floats


def suite(rate: Floats, seeds: int, say: Callable[[str], None]) -> Iterator[Failure]:
    """Simulate every scenario on a trace of at least a few days, in requests per second by minute."""
    for one in _scenarios(rate):
        say(f"failure suite: {one.name}")
        ours = Column(POLICIES[OURS], REACTIVE_TARGET, one.floors)
        found = simulate(one.rate, {REACTIVE: column(REACTIVE, one.rate), OURS: ours}, seeds, capacity=one.capacity)
        yield Failure(one.name, found[REACTIVE], found[OURS])


def without_stale(floors: Floats, *, silent: np.ndarray) -> Floats:
    """What a trigger asks for when the forecaster falls silent in some minutes: its last word, until that is stale."""
    minutes = np.arange(len(floors))
    last = np.maximum.accumulate(np.where(silent, -1, minutes))
    fresh = (last >= 0) & (minutes - last < STALE_MIN)
    return np.where(fresh, floors[np.maximum(last, 0)], 0.0)


def _scenarios(rate: Floats) -> Iterator[_Scenario]:
    length, half = len(rate), len(rate) // 2
    ones = np.ones(length)
    shifted = np.concatenate((rate[:half], rate[half + _SHIFT_MIN :]))
    yield _Scenario(
        "the day moves by three hours (time zone, long outage)", shifted, lead.floors(shifted), ones[_SHIFT_MIN:]
    )
    holiday = rate.copy()
    holiday[half : half + _DAY] *= _HOLIDAY
    yield _Scenario("a holiday with a third of the load", holiday, lead.floors(holiday), ones)
    flash = rate.copy()
    for start in np.random.default_rng(_SEED).integers(length // 4, max(length - _FLASH_MIN, length // 4 + 1), 3):
        flash[start : start + _FLASH_MIN] *= _FLASH
    yield _Scenario("three flash crowds of five times the load", flash, lead.floors(flash), ones)
    young = np.concatenate((np.zeros(half), lead.floors(rate[half:])))
    yield _Scenario("history lost at half time", rate, young, ones)
    floors = lead.floors(rate)
    pauses = (np.arange(length) % _DAY) < _OUTAGE_MIN
    yield _Scenario("the forecaster hangs for six hours a day", rate, without_stale(floors, silent=pauses), ones)
    down = np.arange(length) >= half
    yield _Scenario("the forecaster is down from half time on", rate, without_stale(floors, silent=down), ones)
    late = lead.within_budget(
        floors[np.maximum(np.arange(length) - _SHIFT_MIN, 0)], np.ceil(at_target(rate, REACTIVE_TARGET))
    )
    yield _Scenario("every forecast is three hours off, unnoticed", rate, late, ones)
    for change, says in ((-DEPLOY, "less"), (DEPLOY, "more")):
        capacity = np.where(np.arange(length) >= half, 1 + change, 1.0)
        noticed = np.where(np.arange(length) >= half + _NOTICED_MIN, 1 + change, 1.0)
        yield _Scenario(f"a deploy: a pod can do {DEPLOY:.0%} {says}", rate, lead.floors(rate / noticed), capacity)
