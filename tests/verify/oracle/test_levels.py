"""A level as it is scraped: a histogram whose 95th percentile is the level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.verify.oracle.levels import histogram
from vitals.verify.oracle.measures import P95
from vitals.verify.oracle.observations import worlds

BOUNDS = (0.25, 0.5, 1.0, 2.5)
STEP, STEPS = 15, 60


def _p95(level: float) -> float:
    series = {
        name: tokens
        for one in histogram("seconds", 'service="shop"', BOUNDS, per_second=20)
        for name, tokens in one([level] * STEPS, STEP).items()
    }
    last = STEP * (STEPS - 1)
    world = worlds(series, step=STEP, evaluations=range(0, last + 1, STEP))["shop"]
    return P95("seconds", 300).at(world, last)[()]


@given(st.sampled_from(list(zip((0.0, *BOUNDS), BOUNDS, strict=False))), st.floats(0, 0.94))
def test_the_level_is_the_95th_percentile(bucket: tuple[float, float], way: float) -> None:
    """Up to 94 % of the way through any bucket."""
    below, above = bucket
    level = below + way * (above - below)

    assert _p95(level) == pytest.approx(level, rel=1e-6, abs=1e-6)


def test_the_end_of_a_bucket_is_not_reached() -> None:
    """A bucket that holds everything has its 95th percentile at 95 % of the way."""
    assert _p95(0.99) == pytest.approx(0.5 + 0.95 * 0.5)
