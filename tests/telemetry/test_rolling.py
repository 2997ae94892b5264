"""The rolling maximum is a maximum of the window and of nothing else; the count of the recently seen likewise."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from vitals_telemetry.rolling import RecentlySeen, RollingMaximum

WINDOW, STEP = 60.0, 10.0


@given(st.lists(st.tuples(st.floats(0, 45), st.floats(0, 10)), max_size=40), st.floats(0, 200))
def test_a_maximum_lasts_one_window_and_at_most_one_step_more(
    observations: list[tuple[float, float]], wait: float
) -> None:
    """The value is at least the maximum of the last window and at most that of the window and one step."""
    rolling = RollingMaximum(WINDOW, STEP, now=0.0)
    now = 0.0
    seen: list[tuple[float, float]] = []
    for pause, value in observations:
        now += pause
        rolling.observe(value, now)
        seen.append((now, value))
    now += wait
    sure = max((value for at, value in seen if at > now - WINDOW), default=-1)
    possible = max((value for at, value in seen if at >= now - WINDOW - STEP), default=-1)
    result = rolling.value(now)
    assert sure <= (-1 if result is None else result) <= possible


def test_a_maximum_falls_again() -> None:
    """One slow request is the maximum for a minute; then the fast ones are, and in the end there is none."""
    rolling = RollingMaximum(WINDOW, STEP, now=0.0)
    rolling.observe(4.0, 0.5)
    rolling.observe(0.1, 55.0)
    assert rolling.value(60.0) == 4.0
    assert rolling.value(70.0) == 0.1
    assert rolling.value(200.0) is None


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([1, 2, 3, 4, None])), max_size=40), st.floats(0, 100))
def test_recently_seen_counts_distinct_keys_of_the_window(visits: list[tuple[float, int | None]], wait: float) -> None:
    """The count is that of a naive recount, as long as the bound is not reached; a visit without a key is none."""
    recent = RecentlySeen(WINDOW, most=100)
    times = list(accumulate(pause for pause, _ in visits))
    assert recent.see([key for _, key in visits], times) == 0
    last = {key: at for (_, key), at in zip(visits, times, strict=True) if key is not None}
    now = times[-1] + wait if times else wait
    assert recent.count(now) == sum(at >= now - WINDOW for at in last.values())


def test_recently_seen_stays_within_its_bound() -> None:
    """Beyond the bound the key seen longest ago goes and the caller is informed.

    Expired keys make room without that.
    """
    recent = RecentlySeen(WINDOW, most=2)
    assert recent.see([1, 2, 1], [0.0, 1.0, 2.0]) == 0
    assert recent.see([3], [3.0]) == 1
    assert recent.count(3.0) == 2
    assert recent.see([2, 3], [3.5, 4.0]) == 1, "the one that was forgotten is new again"
    assert recent.see([4], [100.0]) == 0
    assert recent.count(100.0) == 1
