"""Dashboards over several clusters choose one of them; without the declaration nothing changes."""

from __future__ import annotations

import json
from dataclasses import replace

import promql_parser as ast
import pytest

from tests.made_once import files_of
from vitals.kit.dashboards.clusters import of_cluster
from vitals.model.catalog import Catalogue
from vitals.model.promql import every, parse
from vitals.model.promql.variables import filled
from vitals.rendered import RenderedModel
from vitals.verify.review.reading import read_text
from vitals.verify.review.registry import CHECKS
from vitals.verify.review.scope import Scope


@pytest.mark.parametrize(
    ("query", "becomes"),
    [
        ("up", 'up{cluster="$cluster"}'),
        ('up{service="$service"}', 'up{cluster="$cluster", service="$service"}'),
        ("sum by (job) (rate(hits[5m] offset 1w))", 'sum by (job) (rate(hits{cluster="$cluster"}[5m] offset 1w))'),
        ('a:b:c{} / on (x) a:b{x="a:b"}', 'a:b:c{cluster="$cluster"} / on (x) a:b{cluster="$cluster", x="a:b"}'),
        ('label_replace(up, "up", "", "", "")', 'label_replace(up{cluster="$cluster"}, "up", "", "", "")'),
        ("vector(1)", "vector(1)"),
        ("rate($metric[5m])", "rate($metric[5m])"),
        ("up[", "up["),
    ],
)
def test_every_selector_is_narrowed(query: str, becomes: str) -> None:
    """Names in quotes and in groupings are left, and so is what is not PromQL."""
    assert of_cluster(query) == becomes


@pytest.mark.slow  # it renders twice
def test_dashboards_choose_a_cluster_where_that_is_declared(any_catalogue: Catalogue) -> None:
    """Every query and every choice asks for the chosen cluster, and the checks of a review find nothing."""
    usual = next(one for one in any_catalogue.environments.values() if one.delivery == "operator")
    before = files_of(any_catalogue, usual)
    after = files_of(any_catalogue, replace(usual, clusters=True))
    changed = {name for name, text in after.items() if text != before[name]}

    assert changed == {name for name in before if name.startswith("dashboards/")} | {"model.json"}
    documents = [one for name, text in after.items() if name.startswith("dashboards/") for one in read_text(name, text)]
    scope = Scope(documents, RenderedModel.model_validate_json(after["model.json"]))
    wrong = {(check.name, found.why) for check in CHECKS for found in check.find(scope)}
    scope_before = Scope(
        [one for name, text in before.items() if name.startswith("dashboards/") for one in read_text(name, text)],
        RenderedModel.model_validate_json(before["model.json"]),
    )
    assert wrong == {(check.name, found.why) for check in CHECKS for found in check.find(scope_before)}
    for name in changed - {"model.json"}:
        dashboard = json.loads(after[name])
        choices = {one["name"]: one for one in dashboard["templating"]["list"]}
        assert choices["cluster"]["query"] == "label_values(up, cluster)"
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                selectors = [
                    node for node in every(parse(filled(target["expr"]))) if isinstance(node, ast.VectorSelector)
                ]
                assert all("cluster" in {one.name for one in node.matchers.matchers} for node in selectors)
