"""Matchers of which each is right and which no series satisfies together are found in whatever is reviewed."""

from __future__ import annotations

import pytest

from tests.made_once import files_of
from vitals.model.catalog import Catalogue
from vitals.rendered import RenderedModel, names
from vitals.verify.review.checks.dead_label import DEAD_LABEL
from vitals.verify.review.reading import read_text
from vitals.verify.review.scope import Scope

RULE = """groups:
- name: case
  rules:
  - alert: CaseRule
    expr: {expr}
    labels: {{severity: warning, service: node}}
    annotations: {{summary: 'Load is {{{{ $value }}}}'}}
"""


@pytest.fixture(scope="module")
def model(wellness: Catalogue) -> RenderedModel:
    """The rendered environment of one machine."""
    return RenderedModel.model_validate_json(files_of(wellness, wellness.environments["local"])[names.MODEL])


def _said(expr: str, model: RenderedModel | None, more: str = "") -> list[str]:
    documents = [*read_text("rules.yaml", RULE.format(expr=f"'{expr}'")), *read_text("more.yaml", more or "{}")]
    return [f"{one.why} {one.fix}" for one in DEAD_LABEL.find(Scope(documents, model))]


@pytest.mark.parametrize(
    ("expr", "complaint"),
    [
        ('node_load1{service="prometheus"} > 5', "node_load1 never has service='prometheus'"),
        ('node_load1{job=~"prom.*"} > 5', "the alert never fires. Correct the matcher; it can be node."),
        ('node_load1{service!="node"} > 5', "node_load1 never has service!='node'"),
        ('up{service="node", job="prometheus"} == 0', ""),
        ('node_load1{service="node", job="prometheus"} > 5', "node_load1 never has job='prometheus'"),
        ('node_load1{instance="a", instance="b"} > 5', "instance='a' and instance='b' exclude each other"),
        ('api_calls_total{service="node"} > 5', "api_calls_total never has service='node'"),
        ('process_open_fds{service="node"} > 5', ""),
        ('node_load1{service=~"node|kubelet"} > 5', ""),
        ('kubelet_running_pods{service="kubelet"} > 5', ""),
    ],
)
def test_a_target_that_does_not_emit_a_metric_is_found(expr: str, complaint: str, model: RenderedModel) -> None:
    """By the contract and the rendered jobs."""
    said = _said(expr, model)

    assert (not said) if not complaint else (len(said) == 1 and complaint in said[0])


def test_what_excludes_itself_is_found_anywhere() -> None:
    """That needs no knowledge of what exists."""
    assert _said('a{b="c", b="d"} > 5', None) == [
        "a: b='c' and b='d' exclude each other, so the alert never fires. Take one out."
    ]
    assert _said('a{b="c", b!="d"} > 5', None) == []


def test_what_rules_record_has_the_labels_that_they_set(model: RenderedModel) -> None:
    """All rules of an environment are known, so no other one records the name with another value."""
    rule = "{record: 'a:load:max', expr: max(node_load1), labels: {service: node, tier: one}}"
    record = f"groups: [{{name: r, rules: [{rule}]}}]"

    assert _said('a:load:max{service="node", tier="one"} > 5', model, record) == []
    assert "a:load:max never has tier='two'" in _said('a:load:max{tier="two"} > 5', model, record)[0]
    assert _said('a:load:max{tier="two"} > 5', None, record) == []
