"""A change inside one bucket of a histogram is said to be hidden."""

from __future__ import annotations

from vitals.verify.compare.buckets import hidden_changes
from vitals.verify.compare.minutes import MinuteCounts, Side

from .sides import side


def _in_buckets(name: str, *counts: float) -> Side:
    """Two minutes of requests up to 100 ms, from there to 250 ms, and from there to 500 ms."""
    bounds = ((0.0, 0.1), (0.1, 0.25), (0.25, 0.5))
    minute = MinuteCounts(sum(counts), 0, tuple((*one, count) for one, count in zip(bounds, counts, strict=True)))
    return Side(name, {"GET /a": {0: minute, 1: minute}})


def test_a_p95_in_the_same_wide_bucket_on_both_sides_is_remarked_on() -> None:
    """150 ms and 195 ms both lie between 100 and 250 ms; 300 ms does not."""
    (remark,) = hidden_changes(_in_buckets("A", 10, 90, 0), _in_buckets("B", 3, 97, 0))

    assert "the p95 of GET /a lies between 100 and 250 ms" in remark
    assert not list(hidden_changes(_in_buckets("A", 10, 90, 0), _in_buckets("B", 3, 67, 30)))


def test_fine_buckets_and_no_requests_hide_nothing() -> None:
    """Buckets of two percent, and sides without a request."""
    assert not list(hidden_changes(side("A", {"GET /a": 0.1}), side("B", {"GET /a": 0.1})))
    assert not list(hidden_changes(_in_buckets("A", 0, 0, 0), _in_buckets("B", 0, 0, 0)))
