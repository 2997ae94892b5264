"""Whole environments with pasted rules of odd but legal kinds: composed, counted and described."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rendered.smallest import COST
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.render import compose
from vitals.render.compose import Plan
from vitals.render.cost import estimate
from vitals.render.model import model
from vitals.rendered import CostEntry, RenderedModel

_ALERT = {"labels": {"severity": "info", "service": "node"}, "annotations": {"summary": "Load is {{ $value }}"}}


def _compose(catalogue: Catalogue, folder: Path, *rules: dict[str, object]) -> Plan:
    (folder / "handwritten").mkdir()
    file = folder / "handwritten" / "case.yaml"
    file.write_text(json.dumps({"groups": [{"name": "case", "rules": rules}]}), encoding="utf-8")
    return compose(catalogue, catalogue.environments["local"], folder)


def _alert(expr: str, **fields: object) -> dict[str, object]:
    return {"alert": "CaseRule", "expr": expr, **_ALERT, **fields}


def _described(plan: Plan) -> RenderedModel:
    (group,) = [group for group in plan.groups if group.name == "handwritten.case"]
    return model(plan, {}, {"rules/handwritten.case.yaml": json.dumps(group.rules)}, CostEntry.model_validate(COST))


@pytest.mark.parametrize(
    "rule",
    [
        _alert('{__name__="node_load1",service="node"} > 5'),
        _alert('count({__name__=~"node_load.*",service="node"}) > 5'),
        _alert('label_replace(node_load1{service="node"}, "was", "$1", "__name__", "(.*)") > 5'),
        _alert('sum without (__name__) (node_load1{service="node"}) > 5'),
        _alert('node_load1{service="node"} > 5', annotations={"summary": "{{ $labels.__name__ }} is {{ $value }}"}),
        _alert('node_load1{service="node"} > 5', labels={"severity": "info", "service": "node", "__tier__": "1"}),
        _alert('node_load1{service="node"} > 5', annotations={"summary": "{{ $value }}", "at": "__portal_url__/x"}),
    ],
)
def test_a_word_in_underscores_is_the_authors(rule: dict[str, object], wellness: Catalogue, tmp_path: Path) -> None:
    """Prometheus' own words, labels of a team, and our own placeholders where they are filled."""
    assert _described(_compose(wellness, tmp_path, rule)).groups


def test_a_misspelt_placeholder_is_refused_with_its_rule(wellness: Catalogue, tmp_path: Path) -> None:
    """It would never be filled."""
    rule = _alert('node_load1{service="node"} > 5', annotations={"summary": "{{ $value }}", "at": "__portal_urls__"})

    with pytest.raises(VitalsError, match=r"__portal_urls__ stands in CaseRule in the group handwritten\.case"):
        _described(_compose(wellness, tmp_path, rule))


@pytest.mark.parametrize(
    ("expr", "series"),
    [
        ('max by (host) (label_replace(node_load1{service="node"}, "host", "$1", "instance", "(.*):.*"))', 1),
        ('max by (id) (label_join(node_load1{service="node"}, "id", "-", "job", "instance"))', 1),
        ('count_values("seen", node_load1{service="node"})', 1),
        ('count_values("seen", node_filesystem_avail_bytes{service="node"} or node_load1{service="node"})', 2),
        ('topk(1, count_values("seen", node_load1{service="node"})) # the most frequent', 1),
        ('label_replace(vector(1), "made", "x", "", "")', 1),
    ],
)
def test_a_record_may_have_labels_that_its_expression_makes(
    expr: str, series: int, wellness: Catalogue, tmp_path: Path
) -> None:
    """There are never more of them than the series that it reads, and that is counted."""
    plan = _compose(wellness, tmp_path, {"record": "host:load:max", "expr": expr, "labels": {"service": "node"}})
    (part,) = [part for part in estimate(plan).of("group") if part.name == "handwritten.case"]

    assert part.series >= series
    assert (part.series == 1) == (series == 1)
