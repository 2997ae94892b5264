"""What a rule says beside its expression is mutated, too: how long it waits and the labels that it sets."""

from __future__ import annotations

import pytest

from tests.mutation.of_rules import OPERATORS, mutated
from tests.mutation.rules import FileRule

ALERT = FileRule("g", {"alert": "A", "expr": "x", "for": "5m", "labels": {"severity": "warning", "service": "api"}})
AT_ONCE = FileRule("g", {"alert": "A", "expr": "x", "for": "0s", "labels": {"severity": "critical"}})
RECORD = FileRule("g", {"record": "r", "expr": "x", "labels": {"service": "api"}})
MATCHED = FileRule("g", {"record": "r", "expr": 'x{a="b",b="c"} / x{a="b"}'})
GROUPED = FileRule("g", {"record": "r", "expr": "sum by (service, queue) (x)", "labels": {"service": "api"}})
CASES = [
    ("for_removed", ALERT, [{"for": "0s"}]),
    ("for_removed", AT_ONCE, []),
    ("for_doubled", ALERT, [{"for": "10m"}]),
    ("for_added", ALERT, []),
    ("for_added", AT_ONCE, [{"for": "1m"}]),
    ("severity_changed", ALERT, [{"labels": {"severity": "critical", "service": "api"}}]),
    ("severity_changed", RECORD, []),
    ("label_changed", ALERT, [{"labels": {"severity": "warning", "service": "api-other"}}]),
    ("label_changed", RECORD, [{"labels": {"service": "api-other"}}]),
    ("matcher_dropped", MATCHED, [{"expr": 'x{b="c"} / x'}, {"expr": 'x{a="b"} / x{a="b"}'}]),
    ("grouping_label_dropped", GROUPED, [{"expr": "sum by (service) (x)"}]),
]


@pytest.mark.parametrize(("operator", "rule", "changes"), CASES)
def test_an_operator_changes_one_entry(operator: str, rule: FileRule, changes: list[dict[str, object]]) -> None:
    """Everything else stays as it was."""
    found = [dict(one.rule.body) for one in mutated(rule) if one.operator == operator]

    assert found == [{**rule.body, **change} for change in changes]


def test_every_operator_on_rules_is_tried() -> None:
    """No operator is without an example of what it does."""
    assert {operator for operator, *_ in CASES} == {operator.__name__ for operator in OPERATORS}


def test_what_only_picks_series_is_not_mutated_by_its_values() -> None:
    """Behind ``and`` a count and a sum are the same, in a count two functions; compared or drawn they are not."""
    picked = FileRule("g", {"record": "r", "expr": "x and on (a) count by (a) (count_over_time(up[1m]))"})
    compared = FileRule("g", {"record": "r", "expr": "x and on (a) (sum by (a) (count_over_time(up[1m])) > 2)"})
    shown = FileRule("g", {"record": "r", "expr": "sum by (a) (count_over_time(up[1m])) or x"})
    counted = FileRule("g", {"record": "r", "expr": "count by (a) (count_over_time(up[1m])) > 2"})
    of_values = {"aggregation_swapped", "function_swapped"}

    for rule, expected in (
        (picked, set()),
        (compared, of_values),
        (shown, of_values),
        (counted, {"aggregation_swapped"}),
    ):
        assert {one.operator for one in mutated(rule)} & of_values == expected
    assert "window_doubled" in {one.operator for one in mutated(picked)}


def test_a_quantile_of_buckets_is_the_same_of_rates_and_of_increases() -> None:
    """One is the other times the length of the window; outside of a quantile it is another number."""
    expr = 'histogram_quantile(0.95, sum by (le) (rate(x_bucket{a="b"}[5m]))) and rate(x_count[5m]) > 1'
    swapped = [one for one in mutated(FileRule("g", {"record": "r", "expr": expr})) if one.after.startswith("increase")]

    assert [one.before for one in swapped] == ["rate(x_count[5m])"]
