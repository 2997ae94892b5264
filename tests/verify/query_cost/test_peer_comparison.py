"""The comparison with other generators: its page is what the rules come to, and what is cheap a Prometheus counts."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import promql_parser as ast
import pytest

from vitals.cli.query_cost import of_services
from vitals.local.stack.rendered_rules import RenderedRule
from vitals.local.tools import find
from vitals.model.catalog import Catalogue, ReplicaLimits
from vitals.paths import ROOT
from vitals.verify.query_cost.count import CountPrograms
from vitals.verify.query_cost.peer_comparison import OURS, PYRRA, SLOTH, GeneratorCost, compare, objectives, rules_of
from vitals.verify.query_cost.peer_page import page
from vitals.verify.query_cost.peers import SERVER_S
from vitals.verify.query_cost.report import RuleCost

PAGE = ROOT / "docs" / "query-cost-comparison.md"
CHEAP_S = 2 * 3600
"""What looks back so far at most is counted in a test: an hour and two of data are made in seconds."""


def rules_for(catalogue: Catalogue, services: int, within_s: float = float("inf")) -> dict[str, list[RenderedRule]]:
    """Every generator's rules of some services."""
    names = [f"service-{number}" for number in range(1, services + 1)]
    ours = of_services(catalogue, names, catalogue.environments["local"])
    return rules_of(ours, objectives(names, errors=0.001, slow=0.01, within_s=0.25), within_s)


def samples_read(node: ast.Expr, pace: Mapping[str, float]) -> float:
    """The samples that an evaluation reads: each selector's series times what its window holds."""
    found = 0.0
    match node:
        case ast.VectorSelector():
            every_status = node.name == "api_calls_total" and "status" not in str(node)
            found = (2 if every_status else 1) if node.name in RAW or node.name in pace else 0
        case ast.MatrixSelector():
            assert node.range is not None
            held = math.ceil(node.range.total_seconds() / pace.get(node.vector_selector.name or "", SERVER_S))
            found = samples_read(node.vector_selector, pace) * held
        case ast.SubqueryExpr():
            assert node.step is not None
            assert node.range is not None
            found = samples_read(node.expr, pace) * node.range.total_seconds() / node.step.total_seconds()
        case ast.Call():
            found = sum(samples_read(one, pace) for one in node.args)
        case ast.BinaryExpr():
            found = samples_read(node.lhs, pace) + samples_read(node.rhs, pace)
        case ast.ParenExpr() | ast.AggregateExpr() | ast.UnaryExpr():
            found = samples_read(node.expr, pace)
    return found


RAW = {"api_calls_total", "api_response_time_seconds_count", "api_response_time_seconds_bucket"}


def by_hand(rules: Sequence[RenderedRule]) -> list[RuleCost]:
    """What each rule reads, from its text."""
    pace = {rule.name: rule.pace_s for rule in rules if rule.records}
    return [
        RuleCost(
            rule.group,
            rule.name,
            rule.labels["service"],
            rule.labels["slo"],
            rule.interval_s,
            round(samples_read(ast.parse(rule.expr), pace)),
        )
        for rule in rules
    ]


def test_the_page_is_what_the_rules_come_to(wellness: Catalogue) -> None:
    """Row by row within a hundredth; `vitals query-cost --peers docs/query-cost-comparison.md` makes it anew."""
    found = rules_for(wellness, 5)
    expected = page([GeneratorCost(name, 10, by_hand(rules)) for name, rules in found.items()]).splitlines()
    shown = PAGE.read_text(encoding="utf-8").splitlines()

    assert len(shown) == len(expected)
    for was, now in zip(shown, expected, strict=True):
        if was != now:
            assert was.split("|")[1] == now.split("|")[1]
            for one, other in zip(re.findall(r"[\d.,]+", was), re.findall(r"[\d.,]+", now), strict=True):
                assert float(one.replace(",", "")) == pytest.approx(float(other.replace(",", "")), rel=0.01)


def test_ours_is_cheapest_though_it_is_evaluated_twice_as_often(wellness: Catalogue) -> None:
    """Even for the smallest service that both objectives can have."""
    cost = {name: GeneratorCost(name, 10, by_hand(rules)).per_minute for name, rules in rules_for(wellness, 5).items()}

    assert list(cost) == [OURS, SLOTH, PYRRA]
    assert cost[OURS] < 25_000
    assert 5 * cost[OURS] < min(cost[SLOTH], cost[PYRRA])


def test_peers_have_as_many_rules_as_they_are_known_for(wellness: Catalogue) -> None:
    """Seventeen an objective of sloth's; an increase for each counter, seven burn rates and five alerts of pyrra's."""
    found = rules_for(wellness, 1)

    assert len(found[SLOTH]) == 2 * 17
    assert len(found[PYRRA]) == 2 * (1 + 7 + 4 + 1) + 1
    assert {rule.labels["slo"] for rule in found[OURS]} == {"availability", "latency"}


def test_what_an_environment_says_of_the_real_services_is_left_out(wellness: Catalogue) -> None:
    """Limits of replicas name a service that the compared catalogue does not have."""
    prod = wellness.environments["prod"]
    assert prod.autoscaling
    limited = replace(prod, autoscaling=replace(prod.autoscaling, limits={"wellness-api": ReplicaLimits(3, 5)}))
    catalogue = replace(wellness, environments={**wellness.environments, "prod": limited})

    assert rules_for(catalogue, 1)[OURS] == rules_for(wellness, 1)[OURS]


@pytest.mark.rules
def test_a_prometheus_counts_what_is_cheap(wellness: Catalogue) -> None:
    """Rules that look back two hours at most read exactly the samples that their text says."""
    rules = rules_for(wellness, 1, CHEAP_S)
    budgets = objectives(["service-1"], errors=0.001, slow=0.01, within_s=0.25)
    programs = CountPrograms(find("prometheus"), find("promtool"))
    counted = asyncio.run(compare(rules, budgets, programs, lambda _: None))

    assert [one.name for one in counted] == [OURS, SLOTH, PYRRA]
    for one in counted:
        expected = [replace(cost, samples=0) for cost in by_hand(rules[one.name])]
        assert [replace(cost, samples=0) for cost in one.rules] == expected
        assert sum(cost.samples for cost in one.rules) > 100
        assert [cost.samples for cost in one.rules] == [cost.samples for cost in by_hand(rules[one.name])]
