"""What counting does not see: several weak habits at once."""

from __future__ import annotations

import numpy as np

from tests.foresight.simulate.loads import DAY
from vitals.foresight.simulate import learnt_chance, onsets
from vitals.foresight.simulate.trace import Floats

DAYS, LEAD = 9, 3
LENGTH = DAYS * DAY
HABITS = (90, 270, 450, 570, 690, 810, 960, 1080, 1200, 1320)
"""Minutes of the day at which jobs are due, each up to half an hour early or late."""


def _begun(seed: int) -> np.ndarray:
    rng = np.random.default_rng([seed, 7])
    late = rng.choice([-30, 0, 0, 30], (DAYS, len(HABITS)))
    return np.sort((np.arange(DAYS)[:, None] * DAY + np.array(HABITS) + late + 2).ravel())


def _loss(found: Floats, begun: np.ndarray) -> float:
    """Mean of the negative logarithm of the chance of what happened, from the fourth day on."""
    within = onsets.begins_within(begun, LENGTH, LEAD)
    return float(-np.where(within > 0, np.log(found), np.log1p(-found))[3 * DAY :].mean())


def test_jobs_that_are_half_an_hour_off_are_expected_at_the_half_hours_around() -> None:
    """No single count knows them; together phase, time of day and the time since the last one do."""
    together = alone = 0.0
    for seed in range(2):
        begun = _begun(seed)
        together += _loss(onsets.chances(begun, LENGTH, LEAD), begun)
        alone += _loss(onsets.counted_chances(begun, onsets.begins_within(begun, LENGTH, LEAD), LEAD), begun)

    assert together < 0.95 * alone


def test_bursts_at_random_teach_nothing() -> None:
    """The chance stays near how often they come."""
    begun = np.sort(np.random.default_rng(3).choice(LENGTH, 90, replace=False))
    often = 90 * LEAD / LENGTH
    within = onsets.begins_within(begun, LENGTH, LEAD)
    found = learnt_chance.learnt_chances(begun, onsets.since_last(begun, LENGTH), within, LEAD, np.full(LENGTH, often))[
        3 * DAY :
    ]

    assert found.max() < 0.3
    assert 0.5 * often < found.mean() < 2 * often
