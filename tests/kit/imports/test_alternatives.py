"""Of alternatives that others wrote for several versions of a program, those that exist here stay."""

from __future__ import annotations

import pytest

from vitals.kit.imports.alternatives import without_unknown_alternatives
from vitals.model.promql import Series, SeriesType

KNOWN = {name: Series(name, SeriesType.COUNTER, {"job": frozenset()}) for name in ("new_total", "other_total", "up")}


def test_what_another_rule_of_the_source_records_may_come_yet() -> None:
    """Rules are judged in their order, and one may read what a later one records."""
    text = "job:old:rate5m or new_total"

    assert without_unknown_alternatives(text, KNOWN, {"job:old:rate5m"}) == (text, [])


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("new_total or old_total", "new_total"),
        ("old_total or new_total", "new_total"),
        ("rate(old_total[5m]) or rate(new_total[5m])", "rate(new_total[5m])"),
        ("(rate(old_total[5m]) or rate(new_total[5m])) * 100 > 1", "(rate(new_total[5m])) * 100 > 1"),
        ("old_total or new_total or older_total", "new_total"),
        ("sum by (job) (old_total{job=~'$job'} OR new_total{job=~'$job'})", "sum by (job) (new_total{job=~'$job'})"),
        ("rate(old_total[$__rate_interval]) or rate(new_total[$__rate_interval])", "rate(new_total[$__rate_interval])"),
        ("new_total or on (job) old_total", "new_total"),
        ("old_total or on (job) new_total > 3", "new_total > 3"),
        ("new_total\n  or  # its name before 2.0\nold_total", "new_total"),
        ("clamp_min(old_total or new_total, 1)", "clamp_min(new_total, 1)"),
        # Both exist, none does, or a side reads something that exists besides.
        ("new_total or other_total", "new_total or other_total"),
        ("old_total or older_total", "old_total or older_total"),
        ("new_total or old_total * up", "new_total or old_total * up"),
        ("new_total or vector(0)", "new_total or vector(0)"),
        ("old_total or vector(0)", "old_total or vector(0)"),
        ("new_total or old_total or vector(0)", "new_total or vector(0)"),
        ("$metric or new_total", "$metric or new_total"),
        ('new_total{job="a or b"} or other_total', 'new_total{job="a or b"} or other_total'),
        ("new_total{job=~'old_total or x'}", "new_total{job=~'old_total or x'}"),
    ],
)
def test_only_a_side_that_gives_nothing_is_taken_out(text: str, becomes: str) -> None:
    """A name that nothing exposes gives no series, so the rest of the alternatives means the same."""
    edited, changes = without_unknown_alternatives(text, KNOWN)

    assert edited == becomes
    assert bool(changes) == (text != becomes)
