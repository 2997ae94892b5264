"""A record that reads its own past needs something that it begins with."""

from __future__ import annotations

import pytest

from vitals.model.promql import begins, written


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("max by (x) (a) or x:y:z", True),
        ("x:y:z or a", True),
        ("a unless x:y:z offset 1m", True),
        ("absent(x:y:z)", True),
        ("(x:y:z offset 1m + 1) or vector(0)", True),
        ("hour() or x:y:z", True),
        ("x:y:z", False),
        ("sum(x:y:z)", False),
        ("x:y:z + a", False),
        ("a and x:y:z", False),
        ("x:y:z unless a", False),
        ("max_over_time(x:y:z[5m]) * 0.5 + 0.5 * a", False),
        ('{__name__="x:y:z"}', False),
        ("x:y:z or sum_over_time(x:y:z[5m:1m])", False),
    ],
)
def test_what_stands_on_itself_alone_stays_empty(expr: str, *, expected: bool) -> None:
    """An alternative begins it; arithmetic, a filter or an aggregation does not."""
    assert begins(written(expr), "x:y:z") == expected
