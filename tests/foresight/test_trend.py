"""Time to a limit: a slope over days that neither a morning nor an odd day moves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.foresight.service.recorded_source import DAY_ROWS, day_after_day, minutes
from vitals.foresight.trend import seconds_to_limit

WEEK_ROWS = 7 * DAY_ROWS
TIMES = minutes(WEEK_ROWS)
FALLING = 1000.0 - 100.0 * np.arange(WEEK_ROWS) / DAY_ROWS
"""A hundred a day, from a thousand: 300 are left, three days."""
WAVE = day_after_day(WEEK_ROWS) - 50.0


@pytest.mark.parametrize("wave", [0.0, 1.0, 5.0])
def test_a_daily_wave_does_not_change_when_a_limit_is_reached(wave: float) -> None:
    """Its height is up to that of a day's fall; the level at the end is that of the hour."""
    left = seconds_to_limit(TIMES, FALLING + wave * (WAVE - WAVE[-60:].mean()), 0.0)

    assert left == pytest.approx(3 * 86400, rel=0.02)


def test_one_odd_day_does_not_change_it() -> None:
    """A restore put everything back for a day."""
    odd = FALLING.copy()
    odd[2 * DAY_ROWS : 3 * DAY_ROWS] += 500.0

    assert seconds_to_limit(TIMES, odd, 0.0) == pytest.approx(3 * 86400, rel=0.1)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(WAVE + 500.0, id="only a daily wave"),
        pytest.param(2000.0 - FALLING, id="away from the limit"),
        pytest.param(np.full(WEEK_ROWS, 7.0), id="constant"),
    ],
)
def test_without_a_trend_towards_it_nothing_is_said(values: np.ndarray) -> None:
    """No number is better than one that means nothing."""
    assert seconds_to_limit(TIMES, values, 0.0) is None


def test_two_days_are_too_few() -> None:
    """They cannot contradict each other."""
    assert seconds_to_limit(TIMES[: 2 * DAY_ROWS], FALLING[: 2 * DAY_ROWS], 0.0) is None


def test_gaps_are_bridged() -> None:
    """Half of all hours are missing."""
    kept = (TIMES // 3600) % 2 == 0

    assert seconds_to_limit(TIMES[kept], FALLING[kept], 0.0) == pytest.approx(3 * 86400, rel=0.05)


def test_a_limit_that_is_reached_is_now() -> None:
    """The queue is full."""
    assert seconds_to_limit(TIMES, np.full(WEEK_ROWS, 1.0), 1.0) == 0.0


def test_one_row_says_nothing() -> None:
    """It has no slope."""
    assert seconds_to_limit(TIMES[:1], FALLING[:1], 0.0) is None
