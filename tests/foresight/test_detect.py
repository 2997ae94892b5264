"""What is found, what is left alone, and that no row knows of later ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.foresight.made import DAY, MONDAY, clock, daily
from vitals.foresight.detect import detect
from vitals.foresight.episodes import page_candidates
from vitals.foresight.kinds import SignalKind
from vitals.foresight.patches import newest_shape
from vitals.foresight.predictors import windows_of
from vitals.foresight.series import FloatArray

COLUMNS = ("expected", "lower", "upper", "score", "anomaly")


def same_until(times: FloatArray, values: FloatArray, cut: int) -> bool:
    """Whether the rows before a cut are judged the same with and without the later ones."""
    whole, part = detect(times, values), detect(times[:cut], values[:cut])
    return all(np.array_equal(getattr(whole, name)[:cut], getattr(part, name)) for name in COLUMNS)


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 1e12]), min_size=2, max_size=400),
    cadence=st.sampled_from([10.0, 60.0, 300.0, 3600.0]),
    gap=st.integers(0, 400),
    data=st.data(),
)
def test_a_row_does_not_change_when_later_rows_are_cut_off(
    values: list[float], cadence: float, gap: int, data: st.DataObject
) -> None:
    """Bit for bit, for any values, with a gap of two days anywhere."""
    times = MONDAY + np.arange(len(values)) * cadence + 2 * DAY * (np.arange(len(values)) > gap)

    assert same_until(times, np.array(values), data.draw(st.integers(1, len(values))))


@pytest.mark.parametrize("cut", [1, 16, 17, 64, 1025, 2016, 4031])
def test_seasons_and_incidents_do_not_leak_backwards(cut: int) -> None:
    """Two weeks with a daily season and a spike in the second: cut anywhere, also inside it."""
    times, values = daily()
    values[2016:2030] *= 3

    assert same_until(times, values, cut)


@pytest.mark.parametrize("gap_days", [1, 2, 7, 14])
def test_a_gap_of_whole_days_neither_leaks_nor_leaves_holes(gap_days: int) -> None:
    """The same time of an earlier day is then the last row before the gap, and the one after it is the present."""
    times, values = daily(16)
    gap = 4300
    times[gap:] += gap_days * DAY

    assert all(same_until(times, values, gap + rows) for rows in (1, 3))
    assert all(np.isfinite(getattr(detect(times, values), name)).all() for name in COLUMNS)


@pytest.mark.parametrize("cadence", [60.0, 300.0, 3600.0])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda values: values * 3.0, id="spike"),
        pytest.param(lambda values: values * 0.0, id="drop to zero"),
        pytest.param(lambda values: values + 120.0, id="level shift"),
    ],
)
def test_an_incident_of_six_hours_is_found(change: object, cadence: float) -> None:
    """Ten days are known, at any cadence."""
    assert callable(change)
    times, values = daily(12, cadence)
    inside = (times >= MONDAY + 10.5 * DAY) & (times < MONDAY + 10.75 * DAY)
    values[inside] = change(values[inside])

    found = detect(times, values).anomaly

    assert found[inside].any()
    assert not found[times < MONDAY + 10.5 * DAY].any()


@pytest.mark.parametrize("seed", range(3))
def test_a_clean_season_is_left_alone(seed: int) -> None:
    """Two weeks, no anomaly."""
    assert not detect(*daily(seed=seed)).anomaly.any()


def test_what_recurs_daily_is_news_once_at_most() -> None:
    """A backup that triples the value for ten minutes each night."""
    times, values = daily()
    values[(times % DAY) < 600] *= 3

    found = detect(times, values).anomaly

    assert not found[times >= MONDAY + 2 * DAY].any()


@pytest.mark.parametrize("seed", range(3))
def test_a_job_that_starts_when_it_likes_ranks_below_a_smaller_incident(seed: int) -> None:
    """It doubles the value each night, ten minutes early or late; the incident adds 40 % at noon."""
    times, values = daily(12, 60, seed=seed)
    random = np.random.default_rng(seed)
    for night in range(12):
        start = night * 1440 + 120 + int(random.integers(-10, 11))
        values[start : start + 20] *= 2.0
    inside = (times >= MONDAY + 10.6 * DAY) & (times < MONDAY + 10.6 * DAY + 1800)
    values[inside] *= 1.4

    score = detect(times, values).score
    elsewhere = (times >= MONDAY + 8 * DAY) & ((times < MONDAY + 10.6 * DAY) | (times > MONDAY + 10.7 * DAY))

    assert score[inside].max() > 1.2 * score[elsewhere].max()


def test_the_score_stays_high_throughout_a_shift_and_in_each_of_two() -> None:
    """The second, of the same size three days later, is ranked nearly like the first, whose shape is remembered."""
    times, values = daily(14)
    first = (times >= MONDAY + 9.5 * DAY) & (times < MONDAY + 9.5 * DAY + 3600)
    second = (times >= MONDAY + 12.5 * DAY) & (times < MONDAY + 12.5 * DAY + 3600)
    values[first | second] *= 0.5

    score = detect(times, values).score
    ordinary = np.quantile(score[(times > MONDAY + 7 * DAY) & ~first & ~second], 0.95)

    assert score[first].min() > ordinary
    assert score[second].min() > ordinary
    assert score[second].max() > 0.6 * score[first].max()


def test_a_pattern_that_comes_an_hour_early_is_no_anomaly() -> None:
    """Summer time begins after ten days."""
    times, _ = daily()
    shifted = times + 3600.0 * (times > MONDAY + 10 * DAY)
    values = 100 + 50 * np.sin(2 * np.pi * (shifted % DAY) / DAY) + np.random.default_rng(2).standard_normal(len(times))

    assert not detect(times, values).anomaly.any()


def test_one_incident_is_marked_for_an_hour_at_most() -> None:
    """A level that stays is one page, not one per hour."""
    times, values = daily(12)
    values[times >= MONDAY + 10.5 * DAY] += 200.0

    marked = times[detect(times, values).anomaly]

    assert len(marked)
    assert np.ptp(marked) < 3600.0


@pytest.mark.parametrize("kind", [SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.QUEUE])
def test_what_falls_is_no_anomaly_where_only_rises_hurt(kind: SignalKind) -> None:
    """The same fall of a rate is one."""
    times, values = daily(12)
    values[times >= MONDAY + 10.5 * DAY] = 0.0

    assert not detect(times, values, kind).anomaly.any()
    assert detect(times, values, SignalKind.RATE).anomaly.any()


@pytest.mark.parametrize("level", [0.0, 45.0, -3.0, 1e9])
def test_a_constant_series_is_quiet_until_it_moves(level: float) -> None:
    """It scores zero throughout; a value that leaves it is found."""
    times = clock(3, 300)
    values = np.full(len(times), level)
    quiet = detect(times, values)
    values[-10:] = level + 5.0 + abs(level)

    assert not quiet.anomaly.any()
    assert quiet.score.max() == 0.0
    assert detect(times, values).anomaly[-10:].any()


@pytest.mark.parametrize("rows", [1, 2, 3, 15, 16, 17])
def test_a_short_series_is_judged_as_far_as_it_goes(rows: int) -> None:
    """Finite numbers around the value, no anomaly."""
    times, values = daily()
    found = detect(times[:rows], values[:rows])

    assert not found.anomaly.any()
    assert all(np.isfinite(getattr(found, name)).all() for name in COLUMNS)
    assert ((found.score >= 0) & (found.score <= 1)).all()
    assert (found.lower <= found.expected).all()
    assert (found.expected <= found.upper).all()


def test_what_never_was_negative_is_not_expected_to_be() -> None:
    """After a night of a third the level, earlier days at the lower level would come to less than nothing."""
    times, values = daily(6)
    values *= 1.0 - 0.98 * (np.cos(2 * np.pi * (times % DAY) / DAY) > 0.3)
    values[5 * 288 + 60 :] = 1.0

    found = detect(times, values)

    assert found.expected.min() >= 0.0
    assert (found.lower <= found.expected).all()
    assert (found.expected <= found.upper).all()


def test_huge_values_leave_finite_numbers() -> None:
    """A single overflowed counter in a small series."""
    times, values = daily()
    values[1000] = 9e149

    found = detect(times, values)

    assert all(np.isfinite(getattr(found, name)).all() for name in COLUMNS)
    assert found.anomaly[1000]


def test_a_new_shape_of_ordinary_values_is_found() -> None:
    """Hours of a day change places after ten days: each value was there at some hour, their order was not."""
    values = daily(12)[1]
    shape = newest_shape(values, windows_of(300.0))
    rows = slice(10 * 288, 10 * 288 + 144)
    turned = values.copy()
    turned[rows] = values[rows].reshape(6, 24)[[3, 0, 5, 1, 4, 2]].ravel()
    after = newest_shape(turned, windows_of(300.0))

    assert np.isnan(shape[: 2 * 288 - 12]).all()
    assert np.isfinite(shape[3 * 288 :]).all()
    np.testing.assert_array_equal(after[: rows.start], shape[: rows.start])
    assert after[rows].max() > 2 * shape[3 * 288 :].max()


def test_half_a_day_below_the_usual_level_is_found_in_a_series_full_of_spikes() -> None:
    """Three tenths less are a seventh of what a single row of this series does, and no day did it for hours."""
    times, values = daily()
    random = np.random.default_rng(3)
    spikes = np.concatenate([day * 288 + random.choice(288, 24, replace=False) for day in range(14)])
    values[spikes] *= random.uniform(1.5, 3.0, len(spikes))
    quiet = detect(times, values).anomaly
    values[3000:3144] *= 0.7

    assert not quiet.any()
    assert detect(times, values).anomaly[3000:3144].any()


@pytest.mark.parametrize("seed", [0, 5])
def test_two_spikes_in_a_row_are_no_anomaly_of_a_series_that_rests_at_zero(seed: int) -> None:
    """Its medians were zero for a week; a spike twenty times as high is found all the same."""
    times, random = clock(10, 300), np.random.default_rng(seed)
    values = np.zeros(len(times))
    values[random.choice(np.arange(5, len(times), 7), 60, replace=False)] = 3.0
    values[2000:2002] = 3.0
    ordinary = detect(times, values).anomaly[1900:2100]
    values[2000:2002] = 60.0

    assert not ordinary.any()
    assert detect(times, values).anomaly[2000]


@pytest.mark.parametrize("cadence", [60.0, 300.0, 3600.0])
def test_a_value_that_stands_still_for_half_a_day_is_found_while_it_does(cadence: float) -> None:
    """It is as usual as any, but never came twice; where only rises hurt, it is left alone."""
    times = clock(12, cadence)
    values = 100.0 + 5.0 * np.random.default_rng(1).standard_normal(len(times))
    inside = (times >= MONDAY + 10 * DAY) & (times < MONDAY + 10.5 * DAY)
    values[inside] = 101.0

    assert detect(times, values).anomaly[inside].any()
    assert not detect(times, values, SignalKind.LATENCY).anomaly[inside].any()


def test_a_series_that_often_stands_still_is_left_alone() -> None:
    """A number of replicas that holds for half an hour to four hours."""
    times, random = clock(12, 300), np.random.default_rng(4)
    holds = random.integers(6, 49, len(times))
    values = np.repeat(random.integers(2, 9, len(times)).astype(np.float64), holds)[: len(times)]

    assert not detect(times, values).anomaly[times >= MONDAY + 2 * DAY].any()


def pages(*incidents: tuple[float, float]) -> list[float]:
    """Hours at which an incident begins to be marked, in two days of five minutes: ratio 3 at ten, and more ratios."""
    times = clock(2, 300)
    ratio = np.zeros(len(times))
    for hour, size in ((10.0, 3.0), *incidents):
        ratio[round(hour * 12) : round(hour * 12) + 6] = size
    marked = page_candidates(times, ratio, np.full(len(times), 300.0))
    begins = np.flatnonzero(marked & ~np.concatenate([[False], marked[:-1]]))
    return [float(row) / 12 for row in begins]


def test_a_second_incident_within_the_day_is_marked_once_the_first_is_over() -> None:
    """It is over after two hours; what is only a little above the margin is not another one until the day is."""
    assert pages((13.0, 2.5)) == [10.0, 13.0]
    assert pages((12.0, 2.5)) == [10.0]
    assert pages((13.0, 2.0)) == [10.0]
    assert pages((35.0, 2.0)) == [10.0, 35.0]


def test_an_incident_that_goes_on_is_one_page() -> None:
    """It is above the margin each hour; only twice as bad is worth another."""
    assert pages(*((hour, 2.5) for hour in np.arange(11.0, 20.0))) == [10.0]
    assert pages(*((hour, 2.5) for hour in np.arange(11.0, 15.0)), (15.0, 6.5)) == [10.0, 15.0]
