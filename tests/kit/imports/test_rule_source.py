"""Rules are found wherever they stand, each with its line, and one that is broken costs none of the others."""

from __future__ import annotations

import json
import textwrap

import pytest

from vitals.errors import VitalsError
from vitals.kit.alerts.pasted import RuleKind
from vitals.kit.imports.rule_source import read_rules

GROUPS = """
groups:
  - name: one
    interval: 30s
    rules:
      - alert: Busy
        expr: node_load1 > 5
        for: 5m
        labels: {severity: page}
"""


FORMS = {
    "rule file": GROUPS,
    "object of Kubernetes": "kind: PrometheusRule\nspec:" + textwrap.indent(GROUPS, "  "),
    "list of objects": "kind: List\nitems:\n  - kind: PrometheusRule\n    spec:" + textwrap.indent(GROUPS, "      "),
    "values of a chart": "additionalPrometheusRulesMap:\n  busy:" + textwrap.indent(GROUPS, "    "),
    "output of a mixin": json.dumps(
        {"prometheusAlerts": {"groups": [{"name": "one", "rules": [{"alert": "Busy", "expr": "node_load1 > 5"}]}]}}
    ),
    "ConfigMap": "kind: ConfigMap\ndata:\n  busy.yaml: |" + textwrap.indent(GROUPS, "    "),
    "JSON with tabs": '{\n\t"groups": [{"name": "one", "rules": [{"alert": "Busy", "expr": "node_load1 > 5"}]}]\n}',
}


@pytest.mark.parametrize("form", FORMS)
def test_a_rule_is_found_in_every_form(form: str) -> None:
    """Whatever is around a list of groups, its rules are the same."""
    found = read_rules("rules.yaml", FORMS[form].encode())

    (rule,) = [rule for group in found.groups for rule in group.rules]
    assert (rule.kind, rule.name, rule.expr) == (RuleKind.ALERT, "Busy", "node_load1 > 5")
    assert found.left == []


def test_a_rule_has_its_line() -> None:
    """A report leads to the very line of the rule."""
    (group,) = read_rules("rules.yaml", GROUPS.encode()).groups

    assert group.rules[0].where == "rules.yaml:6"
    assert (group.interval, group.rules[0].for_, group.rules[0].labels) == ("30s", "5m", {"severity": "page"})


def test_the_answer_of_a_server_is_read() -> None:
    """A running Prometheus has durations in seconds, and more fields than a rule file."""
    rules = [
        {
            "type": "alerting",
            "name": "Busy",
            "query": "node_load1 > 5",
            "duration": 300,
            "keepFiringFor": 90.5,
            "labels": {"severity": "page"},
            "annotations": {"summary": "busy"},
            "alerts": [],
            "health": "ok",
            "state": "inactive",
        },
        {"type": "recording", "name": "a:b:c", "query": "sum(up)", "labels": {}, "health": "ok"},
    ]
    answer = {
        "status": "success",
        "data": {"groups": [{"name": "one", "file": "/etc/r.yml", "interval": 30, "limit": 0, "rules": rules}]},
    }
    (group,) = read_rules("/api/v1/rules", json.dumps(answer).encode()).groups

    alert, record = group.rules
    assert (group.interval, alert.for_, alert.keeps_firing) == ("30s", "300s", "90500ms")
    assert (record.kind, record.name, record.expr) == (RuleKind.RECORD, "a:b:c", "sum(up)")


def test_a_broken_rule_is_named_and_the_others_are_read() -> None:
    """Each rule stands for itself."""
    text = GROUPS + "      - expr: up == 0\n      - alert: Down\n        expr: up == 0\n        for: soon\n"
    found = read_rules("rules.yaml", text.encode())

    assert [rule.name for group in found.groups for rule in group.rules] == ["Busy"]
    assert [note.where for note in found.left] == ["rules.yaml:10", "rules.yaml:11"]
    assert "lacks the name" in found.left[0].why
    assert "'soon' is not a duration" in found.left[1].why


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: Deployment\n", "holds no rules"),
        ("groups:\n{{- range .Values.rules }}\n", "helm template"),
        ("local k = import 'k.libsonnet';\n{ prometheusAlerts+:: {} }", "alert_rules/mixins"),
        ("ALERT Busy\n  IF node_load1 > 5\n", "Prometheus 1"),
    ],
)
def test_what_holds_no_rules_says_what_to_do(text: str, says: str) -> None:
    """The message knows the usual mistakes."""
    with pytest.raises(VitalsError, match=says):
        read_rules("rules.yaml", text.encode())
