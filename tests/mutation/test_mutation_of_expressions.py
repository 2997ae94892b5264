"""Each operator makes the mutation that it is named for, and no other."""

from __future__ import annotations

import promql_parser
import pytest

from tests.mutation.of_expressions import OPERATORS
from tests.mutation.of_rules import mutated
from tests.mutation.rules import FileRule

CASES: list[tuple[str, str, set[str]]] = [
    ("number_up", "x > 0.5", {"x > 0.6"}),
    ("number_up", "x > 0", {"x > 1"}),
    ("number_up", "topk(5, x)", {"topk(6, x)"}),
    ("number_down", "x > 0.5", {"x > 0.4"}),
    ("number_down", "x > 0", {"x > -1"}),
    ("comparison_loosened", "x > 5", {"x >= 5"}),
    ("comparison_loosened", "x <= 5", {"x < 5"}),
    ("comparison_loosened", "x == 5", set()),
    ("comparison_flipped", "x > 5", {"x < 5"}),
    ("comparison_flipped", "x == 5", {"x != 5"}),
    ("arithmetic_swapped", "a / b", {"a * b"}),
    ("arithmetic_swapped", "a - b / c", {"a + (b / c)", "a - (b * c)"}),
    ("set_operator_swapped", "a and on (x) b", {"a or on (x) b"}),
    ("set_operator_swapped", "a unless b", {"a and b"}),
    ("operand_dropped", "a and b", {"a"}),
    ("operand_dropped", "a or b", {"a", "b"}),
    ("matching_label_dropped", "a and on (x, y) b", {"a and on (y) b", "a and on (x) b"}),
    ("window_doubled", "rate(x[5m])", {"rate(x[10m])"}),
    ("window_doubled", "avg_over_time((x >= 0)[1h:1m])", {"avg_over_time((x >= 0)[2h:1m])"}),
    ("window_halved", "rate(x[5m] offset 1h)", {"rate(x[2m30s] offset 1h)"}),
    ("offset_removed", "x - x offset 1w", {"x - x"}),
    ("matcher_value_changed", 'x{a="b"}', {'x{a="b-other"}'}),
    ("matcher_value_changed", 'rate(x{a=~"b|c"}[5m])', {'rate(x{a=~"b|c-other"}[5m])'}),
    ("aggregation_swapped", "sum by (a) (x)", {"max by (a) (x)"}),
    ("function_swapped", "rate(x[5m])", {"increase(x[5m])"}),
    ("function_swapped", "count(rate(x[5m]))", set()),
    ("function_swapped", "count(rate(x[5m]) > 1)", {"count(increase(x[5m]) > 1)"}),
    ("function_swapped", "clamp_min(x, 0)", {"clamp_max(x, 0)"}),
]


@pytest.mark.parametrize(("operator", "expr", "wanted"), CASES, ids=[f"{name}: {expr}" for name, expr, _ in CASES])
def test_an_operator_makes_its_mutation(operator: str, expr: str, wanted: set[str]) -> None:
    """At each place where it fits there is one mutated rule, equal to the rule but for that place."""
    found = {
        _plain(one.rule.expr)
        for one in mutated(FileRule("g", {"record": "r", "expr": expr}))
        if one.operator == operator
    }

    assert found == {_plain(promql_parser.parse(one).prettify()) for one in wanted}


def test_every_operator_is_tried() -> None:
    """No operator is without an example of what it does."""
    assert {operator for operator, *_ in CASES} == {operator.__name__ for operator in OPERATORS}


def test_no_mutant_is_made_twice_and_none_is_the_rule_itself() -> None:
    """Two operators that make the same mutant count once, so no score grows by repetition."""
    expr = 'sum by (service) (rate(x{service="a"}[5m])) / (sum by (service) (rate(y{service="a"}[5m])) > 0) >= 0.5'
    made = [one.rule.expr for one in mutated(FileRule("g", {"record": "r", "expr": expr}))]

    assert len(made) == len(set(made))
    assert promql_parser.parse(expr).prettify() not in made


def _plain(text: str) -> str:
    return "".join(text.split())
