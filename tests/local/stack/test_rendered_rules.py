"""What rules read, and how far back, is found in the rule files themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.local.stack.history.history_series import far_read, rests_on_past
from vitals.local.stack.rendered_rules import RangeReading, RenderedRule, load_rules, readings, slot, trailing_mean


def rule(name: str, expr: str) -> RenderedRule:
    """Make a recording rule."""
    return RenderedRule(group="g", interval_s=15, name=name, records=True, expr=expr, labels={})


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("up", [RangeReading("up", 0, 0)]),
        ('rate(a_total{x="1"}[5m])', [RangeReading("a_total", 300, 300)]),
        ("a:b:c offset 1w", [RangeReading("a:b:c", 604800, 604800)]),
        ("-max_over_time((sum(a) >= 0)[1h:1m] offset 1d)", [RangeReading("a", 90000, 90000)]),
        ("avg_over_time(rate(a_total[5m])[30m:])", [RangeReading("a_total", 2100, 2100)]),
        ("last_over_time(rate(a_total[5m])[1h:1m])", [RangeReading("a_total", 3900, 300)]),
        ("last_over_time(a:b:c[2h] offset 1w)", [RangeReading("a:b:c", 612000, 604800)]),
        ("a / on (x) (b offset 2h) or vector(1)", [RangeReading("a", 0, 0), RangeReading("b", 7200, 7200)]),
    ],
)
def test_windows_offsets_and_subqueries_add_up(expr: str, found: list[RangeReading]) -> None:
    """The reach of a selector is everything between now and its oldest sample; of a last value it needs no window."""
    assert readings(expr) == found


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("avg_over_time((a:b:c >= 0)[1h:1m]) and (count_over_time((a:b:c >= 0)[1h:1m]) >= 45)", ("a:b:c", 3600)),
        ("avg_over_time(a:b:c[1d])", ("a:b:c", 86400)),
        ("avg_over_time(a:b:c[5m]) and on () (vector(time() % 300) < 15)", ("a:b:c", 300)),
        ("(avg_over_time(a:b:c[5m]) * a:d_known:ratio5m) and on () a:b:e", ("a:b:c", 300)),
        ("avg_over_time(a:b:c[5m]) * a:b:d", None),
        ("avg_over_time(a:b:c[1d]) / avg_over_time(a:b:d[1d])", None),
        ("max_over_time(a:b:c[1h])", None),
        ("avg_over_time((a:b:c / a:b:d)[1h:1m])", None),
    ],
)
def test_a_mean_of_one_series_is_recognised(expr: str, found: tuple[str, float] | None) -> None:
    """Only then can its past be made from that of its original."""
    assert trailing_mean(expr) == found


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("avg_over_time(a:b:c[5m]) and on () (vector(time() % 300) < 15)", 300),
        ("(a:b:c * a:b:d) and on () (vector(time() % 600) < 15)", 600),
        ("avg_over_time(a:b:c[5m]) and (a:b:d > 0)", None),
        ("a:b:c % 300", None),
    ],
)
def test_what_is_recorded_once_in_a_slot_of_the_clock_is_recognised(expr: str, found: float | None) -> None:
    """Its samples come at the pace of the clock, else at that of its group."""
    assert slot(expr) == found
    assert RenderedRule("g", 15, "a:b:f", records=True, expr=expr, labels={}).pace_s == (found or 15)


def test_a_query_rests_on_the_past_through_any_number_of_records() -> None:
    """A week ago, an hour's mean, and what is computed from one of these; five minutes do not count."""
    rules = [
        rule("a:mean:1h", "avg_over_time(a:b:c[1h])"),
        rule("a:twice:2", "2 * a:mean:1h"),
        rule("a:short:5m", "avg_over_time(a:b:c[5m])"),
    ]
    rests = rests_on_past(rules)

    assert rests("a:twice:2")
    assert rests("topk(3, a:b:c offset 1w)")
    assert not rests("a:short:5m + a:b:c")
    assert far_read(rules) == {"a:b:c"}


def test_every_rendered_rule_can_be_read(demo_rendered: Path) -> None:
    """Each of the demo's rules has a group with a pace, and reads something or is a constant."""
    rules = load_rules(demo_rendered / "local" / "rules")

    assert len(rules) > 100
    assert all(one.interval_s > 0 for one in rules)
    assert {one.expr for one in rules if not readings(one.expr)} == {"vector(1)", "vector(0.001)", "vector(0.25)"}
