"""The latency histogram: every quantile to one percent, whatever the latencies are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.verify.load.sketch import RELATIVE_ERROR, LatencySketch


def _sketch(latencies: list[float]) -> LatencySketch:
    sketch = LatencySketch()
    for one in latencies:
        sketch.add(one)
    return sketch


@given(st.lists(st.floats(1e-5, 100), min_size=1, max_size=60), st.sampled_from([0.0, 0.5, 0.95, 0.99, 1.0]))
def test_quantile_is_right_to_one_percent(latencies: list[float], share: float) -> None:
    """The quantile is that of the latencies themselves, in the sense of the smallest one that so many do not exceed."""
    exact = float(np.quantile(latencies, share, method="inverted_cdf"))

    assert _sketch(latencies).quantile(share) == pytest.approx(exact, rel=RELATIVE_ERROR * 1.001)


def test_sum_is_the_sketch_of_all() -> None:
    """Intervals add up to what one sketch of the whole run would hold, also after a way through JSON."""
    one, other = _sketch([0.01, 0.02]), _sketch([0.02, 3.0])
    read = LatencySketch.model_validate_json(other.model_dump_json())

    assert LatencySketch.sum_of([one, read]) == _sketch([0.01, 0.02, 0.02, 3.0])
    assert LatencySketch.sum_of([one, read]).count == 4


def test_slow_requests_are_counted() -> None:
    """Those above a bound are counted, those within one percent of it aside."""
    assert _sketch([0.1, 0.2, 0.3, 0.4]).above(0.25) == 2


def test_empty_sketch_has_no_quantile() -> None:
    """No request, no latency; a latency of zero, which a coarse clock gives, counts as the shortest."""
    assert LatencySketch().quantile(0.99) is None
    assert _sketch([0.0]).quantile(0.5) == pytest.approx(1e-6, rel=0.02)
