"""A mutation that cannot change a result is not made: a label with one value at both sides, a bound between counts."""

from __future__ import annotations

import pytest

from tests.mutation.of_rules import mutated
from tests.mutation.one_value import one_value
from tests.mutation.rules import FileRule
from vitals.model.promql import parse


def _made(expr: str, operator: str) -> list[str]:
    body = {"record": "a:b:sum", "expr": expr}
    return [one.after for one in mutated(FileRule("g", body)) if one.operator == operator]


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        ('a{service="x"}', "x"),
        ('a{service=~"x"}', None),
        ('sum by (service) (rate(a{service="x"}[5m]))', "x"),
        ('sum by (job) (rate(a{service="x"}[5m]))', None),
        ('sum without (service) (a{service="x"})', None),
        ('sum(a{service="x"})', None),
        ('max_over_time(a{service="x"}[1h:1m])', "x"),
        ('quantile_over_time(0.5, a{service="x"}[1h])', "x"),
        ('label_replace(a{service="x"}, "service", "y", "", "")', None),
        ('2 * a{service="x"} > 1', "x"),
        ('a{service="x"} / on (service) b{service="x"}', "x"),
        ('a{service="x"} / on (job) b{service="x"}', None),
        ('a{service="x"} / ignoring (service) b{service="x"}', None),
        ('a{service="x"} and on (job) b', "x"),
        ('a{service="x"} or on (job) b{service="x"}', "x"),
        ('a{service="x"} or b{service="y"}', None),
        ("time()", None),
    ],
)
def test_the_one_value_of_a_label(expr: str, value: str | None) -> None:
    """It is known only where each series of the result has it, whatever is there."""
    assert one_value(parse(expr), "service") == value


@pytest.mark.parametrize(
    ("expr", "made"),
    [
        ('a{service="x"} and on (service, job) b{service="x"}', ['a{service="x"} and on (service) b{service="x"}']),
        ('a{service="x"} and on (service) b{service="y"}', ['a{service="x"} and on () b{service="y"}']),
        ('a{service="x"} unless on (service) b', ['a{service="x"} unless on () b']),
    ],
)
def test_a_label_of_one_value_is_not_dropped_from_a_match(expr: str, made: list[str]) -> None:
    """With the same value at both sides every pair matches on it; with another value, or any, some do not."""
    assert _made(expr, "matching_label_dropped") == made


@pytest.mark.parametrize(
    ("expr", "made"),
    [
        ("count_over_time(up[1m]) >= 3", ["3.6"]),
        ("count_over_time(up[1m]) > 3", ["2.4"]),
        ("count by (job) (up) > 1", ["0.8"]),
        ("count by (job) (up) > bool 1", ["0.8"]),
        ("sum by (job) (up) >= 3", ["3.6", "2.4"]),
        ("count_over_time(up[1m]) / 3", ["3.6", "2.4"]),
    ],
)
def test_a_bound_between_two_counts_is_not_moved(expr: str, made: list[str]) -> None:
    """At least 2.4 and at least 3 are the same of a whole number; of another number there are values between."""
    assert _made(expr, "number_up") + _made(expr, "number_down") == made
