"""A deploy resets what it changes: level, scatter and records of a series, and nothing of one that it left alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.foresight.made import DAY, MONDAY, daily
from vitals.foresight.deploys import (
    MEASURED_S,
    SETTLES_S,
    KnownPast,
    MovedPast,
    Rollout,
    after_rollout,
    detect_with_deploys,
    rollouts,
)
from vitals.foresight.detect import Detection, detect
from vitals.foresight.kinds import SignalKind
from vitals.foresight.series import FloatArray

CADENCE = 120.0
"""Thirty rows in the hour of a series that is small enough to be judged in a blink."""
DEPLOYED = MONDAY + 9 * DAY + 10 * 3600.0
"""A Wednesday morning after nine days."""
LATENCY = SignalKind.LATENCY
COLUMNS = tuple(Detection.__dataclass_fields__)


def changed(level: float = 1.0, *, days: float = 12, scatter: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """A daily series whose level and scatter are multiplied from the deploy on."""
    times, values = daily(days, CADENCE)
    calm = 100.0 * (1.0 + 0.5 * np.sin(2 * np.pi * (times % DAY) / DAY))
    after = times >= DEPLOYED
    values[after] = level * (calm[after] + scatter * (values[after] - calm[after]))
    return times, values


def incident(times: FloatArray, values: FloatArray, begin: float, factor: float, hours: float = 1.0) -> FloatArray:
    """The same with an incident."""
    found = values.copy()
    found[(times >= begin) & (times < begin + hours * 3600.0)] *= factor
    return found


def alarms(found: Detection, times: FloatArray, begin: float, hours: float = 2.0) -> int:
    """Anomalous rows of a stretch of time."""
    return int(found.anomaly[(times >= begin) & (times < begin + hours * 3600.0)].sum())


@pytest.mark.parametrize("kind", [SignalKind.LATENCY, SignalKind.RATE, SignalKind.GAUGE])
def test_without_a_deploy_it_is_what_the_command_says(kind: SignalKind) -> None:
    """Bit for bit, in every column; also when the only deploy has not settled yet."""
    times, values = changed(1.5, days=10)
    plain = detect(times, values, kind)

    for deploys in ((), (float(times[-1]) - SETTLES_S + 1.0,)):
        found = detect_with_deploys(times, values, kind, deploys)
        assert all(np.array_equal(getattr(found, name), getattr(plain, name)) for name in COLUMNS)


def test_a_deploy_that_changes_nothing_moves_no_row() -> None:
    """The past is the very same object, so a service that is deployed ten times a day forgets nothing."""
    times, values = changed(1.0)
    past = KnownPast(times[times < DEPLOYED + SETTLES_S], values[times < DEPLOYED + SETTLES_S])
    for hours in (0.0, 2.0, 5.0, 9.0, 12.0, 13.0):
        begin = DEPLOYED - hours * 3600.0
        until = past.times < begin + SETTLES_S
        part = KnownPast(past.times[until], past.values[until])
        assert after_rollout(part, LATENCY, Rollout(begin, begin + SETTLES_S)) is part


def test_the_rows_before_a_faster_build_come_down_to_it() -> None:
    """By the factor that it brought, at every time of the day; the rows of the rollout are gone."""
    times, values = changed(0.5)
    past = MovedPast(LATENCY).of(times, values, [DEPLOYED])
    before = past.times < DEPLOYED

    assert past.values[before] == pytest.approx(0.5 * values[times < DEPLOYED], rel=0.05)
    assert not np.any((past.times >= DEPLOYED) & (past.times < DEPLOYED + SETTLES_S - MEASURED_S))
    assert np.array_equal(past.values[past.times > DEPLOYED + SETTLES_S], values[times > DEPLOYED + SETTLES_S])


def test_what_is_near_one_is_moved_by_the_difference() -> None:
    """A hit ratio of 0.9 that becomes 0.8 loses a tenth by day and by night."""
    times, values = changed(1.0)
    ratio = 0.9 + 0.0002 * (values - 100.0)
    ratio[times >= DEPLOYED] -= 0.1
    past = MovedPast(SignalKind.RATIO).of(times, ratio, [DEPLOYED])

    assert past.values[past.times < DEPLOYED] == pytest.approx(ratio[times < DEPLOYED] - 0.1, abs=0.004)


def test_a_build_that_scatters_more_makes_the_past_scatter_more() -> None:
    """Fourfold at most, at the level that it had."""
    times, values = changed(1.0, scatter=8.0)
    past = MovedPast(LATENCY).of(times, values, [DEPLOYED])
    before = past.times < DEPLOYED
    moved, was = np.diff(past.values[before]), np.diff(values[times < DEPLOYED])

    assert 3.0 < np.median(np.abs(moved)) / np.median(np.abs(was)) <= 4.2
    assert np.median(past.values[before]) == pytest.approx(np.median(values[times < DEPLOYED]), rel=0.1)


def test_a_bad_deploy_is_found_before_it_is_what_the_service_is() -> None:
    """The first hour is judged by the old build."""
    times, values = changed(1.6)
    found = detect_with_deploys(times, values, LATENCY, [DEPLOYED])

    assert alarms(found, times, DEPLOYED, 1.0) > 0
    assert alarms(found, times, DEPLOYED + SETTLES_S, 48.0) == 0


def test_an_incident_of_the_new_build_is_held_against_the_new_build() -> None:
    """It answers twice as fast, and for an hour two fifths slower than that: nothing beside what the old one did."""
    times, values = changed(0.5)
    later = DEPLOYED + 1.3 * DAY
    slow = incident(times, values, later, 1.4)

    assert alarms(detect(times, slow, LATENCY), times, later) == 0
    assert alarms(detect_with_deploys(times, slow, LATENCY, [DEPLOYED]), times, later) > 0


def test_a_step_that_a_deploy_made_is_no_record_that_hides_the_next() -> None:
    """After a build that is slower by half, an incident of two fifths more is found a day later."""
    times, values = changed(1.5)
    later = DEPLOYED + 1.3 * DAY
    slow = incident(times, values, later, 1.4)

    assert alarms(detect(times, slow, LATENCY), times, later) == 0
    assert alarms(detect_with_deploys(times, slow, LATENCY, [DEPLOYED]), times, later) > 0


def test_a_row_stays_what_it_was_when_rows_and_deploys_are_added() -> None:
    """Cut off at three moments, before, within and after a rollout; two deploys change something, one does not."""
    times, values = changed(0.6, days=11)
    deploys = (DEPLOYED, DEPLOYED + 600.0, DEPLOYED + 0.9 * DAY)
    whole = detect_with_deploys(times, values, LATENCY, deploys)

    for end in (DEPLOYED + 1800.0, DEPLOYED + 2 * SETTLES_S, DEPLOYED + DAY):
        rows = times <= end
        known = [one for one in deploys if one <= end]
        part = detect_with_deploys(times[rows], values[rows], LATENCY, known)
        assert all(np.array_equal(getattr(part, name), getattr(whole, name)[rows]) for name in COLUMNS)


def test_a_past_that_grows_row_by_row_is_the_one_that_is_built_at_once() -> None:
    """As the service builds it, minute by minute, and after a restart."""
    times, values = changed(0.6, days=9.8)
    deploys = (DEPLOYED, DEPLOYED + 600.0)
    growing = MovedPast(LATENCY)
    start = int(np.searchsorted(times, DEPLOYED - 1200.0))
    for end in range(start, len(times) + 1):
        found = growing.of(times[:end], values[:end], deploys)
        if end % 7 == 0 or end == len(times):
            fresh = MovedPast(LATENCY).of(times[:end], values[:end], deploys)
            assert np.array_equal(found.times, fresh.times)
            assert np.array_equal(found.values, fresh.values)


def test_deploys_within_an_hour_are_one_rollout_that_settles_after_the_last() -> None:
    """One that is still going on is none yet."""
    assert rollouts([0.0, 1800.0, 4000.0, 20000.0], 20100.0) == [Rollout(0.0, 4000.0 + SETTLES_S)]
    assert rollouts([20000.0, 0.0], 20000.0 + SETTLES_S)[1] == Rollout(20000.0, 20000.0 + SETTLES_S)
    assert rollouts([50.0], 10.0) == []


@pytest.mark.parametrize(
    "deploys",
    [
        pytest.param([MONDAY - DAY], id="before the series"),
        pytest.param([MONDAY + 60.0], id="in its first minutes"),
        pytest.param([MONDAY + 0.3 * DAY], id="when no earlier day is known"),
        pytest.param([MONDAY + DAY + 1000.0 * number for number in range(40)], id="one every quarter of an hour"),
        pytest.param([MONDAY + 99 * DAY], id="after the series"),
    ],
)
@pytest.mark.parametrize("level", [0.0, 100.0])
def test_odd_deploys_and_flat_series_are_judged_like_others(deploys: list[float], level: float) -> None:
    """Every row has finite numbers, and a series that never moves has no anomaly."""
    times, values = daily(2, CADENCE)
    values = np.full_like(values, level)
    found = detect_with_deploys(times, values, SignalKind.ERRORS, deploys)

    assert len(found.score) == len(times)
    assert all(np.isfinite(getattr(found, name)).all() for name in COLUMNS)
    assert not found.anomaly.any()


def test_errors_that_begin_at_zero_are_added() -> None:
    """No factor leads from nothing to something."""
    times, _ = daily(10, CADENCE)
    values = np.zeros_like(times)
    values[times >= DEPLOYED] = 0.02
    past = MovedPast(SignalKind.ERRORS).of(times, values, [DEPLOYED])

    assert np.all(past.values == 0.02)
