"""What an expression limits by its own words."""

from __future__ import annotations

import math

import pytest

from vitals.kit.cost import topk_limit


@pytest.mark.parametrize(
    ("expr", "limit"),
    [
        ("topk(8, sum by (query) (rate(a[5m])))", 8),
        ("(bottomk(3, a))", 3),
        ("limitk(2, a)", 2),
        ("topk by (service) (8, a)", math.inf),
        ("sum by (query) (topk(8, a))", math.inf),
        ("topk(8, a) or b", math.inf),
        ("topk(scalar(k), a)", math.inf),
        ("a", math.inf),
    ],
)
def test_only_the_outermost_limit_counts(expr: str, limit: float) -> None:
    """A limit inside, within groups, or of unknown size limits nothing."""
    assert topk_limit(expr) == limit
