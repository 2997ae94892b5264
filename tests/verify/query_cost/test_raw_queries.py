"""Without recording rules, a query reads what the rules read: that is what dashboards are compared with."""

from __future__ import annotations

import pytest

from vitals.local.stack.rendered_rules import RenderedRule
from vitals.verify.query_cost.definitions import Definitions


def rule(name: str, expr: str, **labels: str) -> RenderedRule:
    """Make a recording rule of a group that is evaluated every 15 seconds."""
    return RenderedRule(group="g", interval_s=15, name=name, records=True, expr=expr, labels=labels)


DEFINITIONS = Definitions(
    [
        rule("s:calls:rate1m", "sum by (s) (rate(calls_total[1m]))", s="a"),
        rule("s:calls:rate1m", "sum by (s) (rate(others_total[1m]))", s="b"),
        rule("s:bad:rate1m", 'sum by (s) (rate(calls_total{status=~"5.."}[1m]))', s="a"),
        rule("s:share:1h", "avg_over_time(s:bad:rate1m[1h]) / avg_over_time(s:calls:rate1m{s='a'}[1h])", s="a"),
        rule("s:calls:mean5m", "avg_over_time(s:calls:rate1m{s='a'}[5m]) and on () (vector(time() % 300) < 15)", s="a"),
        rule("s:size:max", "max(size)", s="a"),
        rule("s:size:mean", "avg_over_time((s:size:max >= 0)[1h:1m])", s="a"),
    ]
)


@pytest.mark.parametrize(
    ("query", "raw"),
    [
        ("up", "up"),
        ('topk(8, s:size:max{s="a"})', "topk(8, ((max(size))))"),
        ('s:calls:rate1m{s="b"}', "((sum by (s) (rate(others_total[1m]))))"),
        (
            "s:calls:rate1m",
            "((sum by (s) (rate(calls_total[1m]))) or (sum by (s) (rate(others_total[1m]))))",
        ),
        ('s:calls:rate1m{s=~"b|c"}', "((sum by (s) (rate(others_total[1m]))))"),
        ('s:calls:rate1m{s!="a"}', "((sum by (s) (rate(others_total[1m]))))"),
        ("max_over_time(s:size:max[5m])", "max_over_time(((max(size)))[5m:15s])"),
        ("s:size:max offset 1w", "last_over_time(((max(size)))[15s:15s] offset 1w)"),
        ("s:size:mean", "((avg_over_time((((max(size))) >= 0)[1h:1m])))"),
        ('s:unknown:max{a="}"}', 's:unknown:max{a="}"}'),
    ],
)
def test_a_recorded_name_becomes_its_definition(query: str, raw: str) -> None:
    """Of the rules that the matchers mean; windows become subqueries at the pace of the rule."""
    assert DEFINITIONS.raw(query) == raw


def test_a_mean_of_recorded_rates_becomes_one_rate() -> None:
    """By hand there would be no subquery, so raw is not made dearer than it has to be."""
    assert DEFINITIONS.raw("s:share:1h") == (
        '((((sum by (s) (rate(calls_total{status=~"5.."}[1h])))) / ((sum by (s) (rate(calls_total[1h]))))))'
    )


@pytest.mark.parametrize("how", ["avg", "sum"])
def test_a_mean_of_means_of_recorded_rates_becomes_one_rate(how: str) -> None:
    """However long: what is summed of slots is one rate too, for a number of slots is a constant."""
    assert DEFINITIONS.raw(f"{how}_over_time(s:calls:mean5m[3d])") == "((((sum by (s) (rate(calls_total[3d]))))))"


def test_raw_queries_take_every_minute_of_a_window_for_known() -> None:
    """Minutes of a recorded rate are taken for known; what is counted of anything else is still counted."""
    assert DEFINITIONS.raw("count_over_time(s:calls:rate1m{s='a'}[1h:1m]) / 60") == "1 / 60"
    assert DEFINITIONS.raw("count_over_time(s:size:max[1h:1m])") == "count_over_time(((max(size)))[1h:1m])"


def test_a_mean_of_something_else_stays_a_mean() -> None:
    """Only rates may be stretched."""
    assert DEFINITIONS.raw("avg_over_time(s:size:max[1h])") == "avg_over_time(((max(size)))[1h:15s])"
