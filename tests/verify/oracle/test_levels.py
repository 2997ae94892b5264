"""A level as it is scraped: a histogram whose 95th percentile is the level."""

from __future__ import annotations

from itertools import pairwise

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


@given(st.sampled_from(list(pairwise(BOUNDS))), st.floats(0.02, 0.94))
def test_the_level_is_the_95th_percentile(bucket: tuple[float, float], way: float) -> None:
    """From 2 % to 94 % of the way through any bucket but the first."""
    below, above = bucket
    level = below + way * (above - below)

    assert _p95(level) == pytest.approx(level, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("level", "reached"), [(0.99, 0.5 + 0.95 * 0.5), (0.1, 0.95 * 0.25)])
def test_a_bucket_that_holds_everything_shows_its_own_percentile(level: float, reached: float) -> None:
    """At the end of a bucket, and anywhere in the first: 95 % of the way through it."""
    assert _p95(level) == pytest.approx(reached)
