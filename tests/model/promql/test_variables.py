"""Grafana's variables become what their place takes, so that a query that Grafana can run can be parsed."""

from __future__ import annotations

import pytest

from vitals.model.promql import parse
from vitals.model.promql.variables import filled, names

QUERIES = [
    'rate(x{job="$job"}[$__rate_interval])',
    "rate(x[${__interval}])",
    'sum by ($label) (rate(x{a=~"${b:regex}"}[[[window]]]))',
    "topk($limit, x)",
    "histogram_quantile($q, sum by (le) (rate(x_bucket[5m])))",
    "$aggregation(x) by (job)",
    "rate($metric[5m])",
    '${metric}{job="a"}',
    'x{job="a", $filter}',
    "x{$filter}",
    'x{$label="a"}',
    "x > $threshold",
    "x * $factor / 2",
    "increase(x[$__range]) / $__range_s",
    "x offset $shift",
    'x{a="b"} offset -$shift',
    "node_${unit}_total",
    'sum(rate(x{pod=~"$pod", namespace=~"[[namespace]]"}[5m])) without (${drop})',
    "rate(x[${window}m])",
    'label_replace(x, "a", "$1", "b", "(.*)")',
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_can_be_parsed_with_its_variables_replaced(query: str) -> None:
    """Wherever the variable stands."""
    assert parse(filled(query)) is not None


def test_names_are_found_in_every_spelling() -> None:
    """Not the groups of label_replace(), and not what is escaped in a pattern."""
    assert names(r'$a ${b} ${c:regex} [[d]] [[e:csv]] $1 ${2} x=~"\$SYS" ${f.text}') == list("abcdef")


def test_a_query_without_variables_stays_as_it_is() -> None:
    """Character by character."""
    assert filled("rate(x[5m])  # why") == "rate(x[5m])  # why"
