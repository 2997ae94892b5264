"""What the oracle reads from samples is what Prometheus documents, on synthetic series whose answer is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.verify.oracle.series import SampledSeries, quantile, samples

paces = st.floats(0.01, 1000)
intervals = st.sampled_from([5, 15, 60])


@given(pace=paces, interval=intervals, phase=st.integers(0, 59), minutes=st.integers(4, 20))
def test_a_steady_counter_has_its_pace_in_every_phase(*, pace: float, interval: int, phase: int, minutes: int) -> None:
    """Whatever the window and wherever the scrapes lie in it, steady growth is carried on to both edges."""
    series = SampledSeries({}, [(at, 1e6 + pace * at) for at in range(0, 3001, interval)])

    assert series.pace(2000 + phase, 60 * minutes) == pytest.approx(pace, rel=1e-6)


@given(before=st.integers(1, 500), after=st.integers(1, 500))
def test_a_restart_loses_nothing_that_was_seen(before: int, after: int) -> None:
    """A counter that begins again at zero has grown by what it showed before and what it shows now."""
    series = SampledSeries({}, [(0, 1000.0), (15, 1000.0 + before), (30, float(after)), (45, float(after))])

    assert series.pace(45, 60) == pytest.approx((before + after) * (45 + 15) / 45 / 60)
    assert series.newest_pace(30, 20) == pytest.approx(after / 15)


def test_growth_is_not_carried_back_beyond_zero() -> None:
    """A counter that shows one event at its first scrape cannot have had more before."""
    series = SampledSeries({}, [(100, 1.0), (115, 16.0), (130, 31.0)])

    assert series.pace(130, 300) == pytest.approx(30 * (30 + 1) / 30 / 300)


def test_a_sample_is_seen_for_five_minutes_and_not_after_its_end_is_marked() -> None:
    """The newest sample counts until it is five minutes old; a mark of the end counts at once."""
    series = SampledSeries({}, [(0, 1.0), (60, 2.0)])
    ended = SampledSeries({}, [(0, 1.0), (60, None)])

    assert [series.at(at) for at in (-1, 0, 59, 60, 359, 360)] == [None, 1.0, 1.0, 2.0, 2.0, None]
    assert [ended.at(at) for at in (59, 60, 61)] == [1.0, None, None]


def test_the_far_edge_of_a_window_is_left_out() -> None:
    """A sample that is exactly as old as the window is long is not in it."""
    series = SampledSeries({}, [(0, 1.0), (10, 2.0), (20, 4.0)])

    assert series.total(20, 20) == 6.0
    assert series.total(20, 21) == 7.0


@given(slope=st.floats(-5, 5), level=st.floats(-100, 100), gap=st.integers(1, 5))
def test_the_slope_of_a_line_is_its_slope(slope: float, level: float, gap: int) -> None:
    """Missing samples do not bend it."""
    series = SampledSeries({}, [(at, level + slope * at) for at in range(0, 900, 15 * gap)])

    assert series.slope(899, 900) == pytest.approx(slope, abs=1e-9)


@given(st.lists(st.integers(1, 100), min_size=2, max_size=6))
def test_the_quantile_lies_in_the_bucket_that_holds_it(counts: list[int]) -> None:
    """A twentieth of the events lies above it, as far as buckets can show."""
    bounds = [*map(float, range(1, len(counts))), float("inf")]
    within = {bound: float(sum(counts[: place + 1])) for place, bound in enumerate(bounds)}
    found = quantile(0.95, within)

    assert found is not None
    wanted = 0.95 * within[bounds[-1]]
    assert all(within[bound] < wanted or bound >= found for bound in bounds)
    assert found <= bounds[-2]
    assert quantile(0.95, dict.fromkeys(bounds, 0.0)) is None


def test_promtools_notation_is_read() -> None:
    """A repeated value is one more than its number, a missing one is nothing, an end is marked."""
    assert list(samples(["1x2", "_x2", "3", "_", "stale"], 15)) == [(0, 1), (15, 1), (30, 1), (75, 3), (105, None)]
