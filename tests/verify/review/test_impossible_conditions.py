"""Conditions that can never hold are found by what their functions, bounds and sides can be; those that can are not."""

from __future__ import annotations

import json

import pytest

from vitals.verify.review.checks.impossible_alert import IMPOSSIBLE_ALERT
from vitals.verify.review.reading import read_text
from vitals.verify.review.scope import Scope


def _said(expr: str) -> list[str]:
    rule = {"alert": "CaseRule", "expr": expr}
    text = json.dumps({"groups": [{"name": "case", "rules": [rule]}]})
    return [one.why for one in IMPOSSIBLE_ALERT.find(Scope(list(read_text("rules.json", text))))]


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("hour() > 23", "hour() lies between 0 and 23"),
        ("day_of_week() == 7", "day_of_week() lies between 0 and 6"),
        ("up and on () month() == 13", "month() lies between 1 and 12"),
        ("days_in_month(a) > 31", "days_in_month() lies between 28 and 31"),
        ("minute() >= 60 and on () up", "minute() lies between 0 and 59"),
        ("abs(a) < 0", "abs() is never negative"),
        ("changes(a[5m]) < 0", "changes() is never negative"),
        ("max(stddev_over_time(a[5m])) < 0", "stddev_over_time() is never negative"),
        ("sgn(a) > 1", "sgn() is -1, 0 or 1"),
        ("clamp_max(a, 5) > 10", "clamp_max() holds it at 5"),
        ("clamp(a, 1, 5) == 0", "clamp() holds it between 1 and 5"),
        ("clamp_min(a, 0) < 0", "clamp_min() holds it at 0"),
        ("vector(1) > 2", "it is always 1"),
        ("max_over_time(up[1h:5m]) > 1", "up lies between 0 and 1"),
        ("(up == bool 1) > 1", "a comparison with 'bool' is 0 or 1"),
        ("present_over_time(a[5m]) == 0", "present_over_time() is 1 or returns nothing"),
        ("10 < up", "up lies between 0 and 1 and is compared with > 10"),
        ("0 > count(a)", "count() of nothing returns nothing and never 0"),
        ("a > NaN", "Nothing compares with NaN"),
        ("a == 0 / 0", "Nothing compares with NaN"),
        ("a > Inf", "No value is beyond infinity"),
        ("a > a", "Both sides are the same"),
        ("rate(a[5m]) < (rate(a[5m]))", "Both sides are the same"),
        ("a unless a", "taken away from itself"),
        ("a > 5 and a < 3", "Nothing is above 5 and below 3"),
        ("a == 5 and a == 3", "Nothing is above 5 and below 3"),
        ("a == 5 and a > 5", "Nothing is above 5 and below 5"),
        ("(a > 5) and b > 1 and on () count(b) < 1", "count() of nothing"),
        ("group(a) != 1", "group() is 1 or returns nothing"),
    ],
)
def test_a_condition_that_never_holds_is_found(expr: str, why: str) -> None:
    """One defect, with the reason."""
    (said,) = _said(expr)

    assert why in said
    assert said.endswith("so the alert never fires.")


@pytest.mark.parametrize(
    "expr",
    [
        "hour() > 22", "day_of_week() == 6", "month() == 12", "abs(a) <= 0", "changes(a[5m]) > 0", "sgn(a) == 1",
        "clamp_max(a, 5) == 5", "clamp_min(a, 1) > 5", "clamp(a, 1, 5) > 4", "vector(1) == 1", "vector(1)", "up < 1",
        "(up == bool 1) == 0", "count(a) > 0", "0 < count(a)", "a != NaN", "a != a", "a >= a", "a == a", "a < Inf",
        "a > a offset 1h", "rate(a[5m]) > rate(a[1h])", "a unless b", "a unless a offset 1h", "a unless on (x) a",
        "a > 3 and a < 5", "a >= 5 and a <= 5", "a == 5 and b == 3", "a > 5 or a < 3", "count(a) == 0 or b",
        "(count(a) or vector(0)) == 0", "rate(a[5m]) - rate(b[5m]) < 0", "-abs(a) < 0", "abs(a) - 5 < 0",
        "a > ignoring (x) a", "topk(1, up) == 0", "quantile(0.5, up) < 0.5", "absent(a) == 1", "absent(a)",
        "timestamp(a) < time() - 60", "predict_linear(a[1h], 3600) < 0", "sum(up) > 1", "up * 2 > 1", "2 * up == 2",
    ],
)  # fmt: skip
def test_a_condition_that_can_hold_is_left_alone(expr: str) -> None:
    """However close to the bound."""
    assert _said(expr) == []
