"""Rule files as people have them: read whatever wrote them, or refused by line for what they are."""

from __future__ import annotations

import base64
import json
import textwrap

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.rule_source import read_rules

RULES = """\
groups:
  - name: hosts
    rules:
      - alert: HostBusy
        expr: node_load1{job="node"} > 4
        annotations: {summary: "{{ $labels.instance }} lädt {{ $value }}"}
"""
ANCHORS = """\
groups:
  - name: hosts
    rules:
      - &first
        alert: HostBusy
        expr: node_load1{job="node"} > 4
      - <<: *first
        alert: HostBusier
"""


def _carried(kind: str, key: str) -> str:
    return f"apiVersion: v1\nkind: {kind}\n{key}:\n  rules.yaml: |\n{textwrap.indent(RULES, '    ')}"


def _encoded(data: str) -> str:
    """A Secret as the API server gives it: everything in it is base64, also what is not a text."""
    return f"kind: Secret\ndata:\n  ca.crt: {base64.b64encode(bytes(range(256))).decode()}\n  rules.yaml: {data}\n"


SCHEMA = "kind: CustomResourceDefinition\nproperties:\n  kind: {type: string}\n  data: {type: object, rules: {}}\n---\n"
"""A schema that speaks of the kind and the data of objects, beside which rules may stand in a file."""


def _object(indent: str) -> str:
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: hosts}\nspec:\n"
    return textwrap.indent(head + textwrap.indent(RULES, "  "), indent)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (RULES.encode(), ["HostBusy"]),
        (RULES.replace("\n", "\r\n").encode(), ["HostBusy"]),
        (RULES.replace("\n", "\r").encode(), ["HostBusy"]),
        (RULES.encode("utf-8-sig"), ["HostBusy"]),
        (RULES.encode("utf-16"), ["HostBusy"]),
        (f"{RULES}---\n# nothing\n---\nkind: Deployment\n---\n{RULES}".encode(), ["HostBusy", "HostBusy"]),
        (ANCHORS.encode(), ["HostBusy", "HostBusier"]),
        (_object("").encode(), ["HostBusy"]),
        (f"kind: List\nitems:\n- kind: Deployment\n-\n{_object('  ')}".encode(), ["HostBusy"]),
        ((SCHEMA + RULES).encode(), ["HostBusy"]),
        (_carried("ConfigMap", "data").encode(), ["HostBusy"]),
        (_carried("Secret", "stringData").encode(), ["HostBusy"]),
        (_encoded(base64.b64encode(RULES.encode()).decode()).encode(), ["HostBusy"]),
        (
            json.dumps({"groups": [{"name": "a", "rules": [{"alert": "A", "expr": "up == 0"}]}]}, indent="\t").encode(),
            ["A"],
        ),
    ],
    ids=[
        "lf",
        "crlf",
        "cr",
        "bom",
        "utf-16",
        "many",
        "anchors",
        "object",
        "list",
        "schema",
        "configmap",
        "secret",
        "base64",
        "json-tabs",
    ],
)
def test_rules_are_read_wherever_they_stand(content: bytes, names: list[str]) -> None:
    """The texts are those of the author, whatever the encoding and the ends of lines."""
    found = read_rules("rules.yaml", content)

    rules = [rule for group in found.groups for rule in group.rules]
    assert [rule.name for rule in rules] == names
    assert all("lädt" in text for rule in rules for text in rule.annotations.values())
    assert (found.left, found.changed) == ([], [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (RULES.encode("latin-1"), "rules.yaml:6 cannot be read: it is not UTF-8. Save the file in UTF-8"),
        (
            f"{RULES}a: \0".encode(),
            "rules.yaml:7 cannot be read (control characters are not allowed). Correct that line",
        ),
        (RULES.replace("    rules", "\trules").encode(), "rules.yaml:3 cannot be read (found a tab character"),
        (b"groups: *none", "rules.yaml:1 cannot be read (found undefined alias). Correct that line"),
        (f"{RULES}---\n{{ broken\n".encode(), "rules.yaml:9 cannot be read"),
        (f"{RULES}{RULES}".encode(), "rules.yaml:7: the key 'groups' is given twice"),
        (b"[" * 20_000, "rules.yaml:1 cannot be read (exceeded maximum nesting depth)"),
        (b'{"a":' * 20_000, "rules.yaml:1 cannot be read (exceeded maximum nesting depth)"),
        (b"groups: {a: 1}", "rules.yaml:1: 'groups' is not a list"),
        (b"groups:\n", "rules.yaml holds no rules. A rule file has 'groups'"),
        (b"", "rules.yaml holds no rules. A rule file has 'groups'"),
        (b"- alert: A\n  expr: up == 0\n", "At rules.yaml:1 a rule stands outside of a group. Write 'groups:'"),
        (b"alert: A\nexpr: up == 0\n", "At rules.yaml:1 a rule stands outside of a group"),
        (
            RULES.split("\n", maxsplit=1)[1].encode(),
            "At rules.yaml:1 a group stands outside of 'groups'. Write 'groups:'",
        ),
        (b"name: a\nrules: []\n", "At rules.yaml:1 a group stands outside of 'groups'"),
        (f"{{{{- if .Values.a }}}}\n{RULES}{{{{- end }}}}\n".encode(), "It is a template: render it first"),
        (b"local x = 1;\n{ a:: {} }\n", "It looks like jsonnet"),
        (b"{ prometheusAlerts+:: { groups+: [x] } }\n", "It looks like jsonnet"),
        (b"ALERT HostBusy\n  IF node_load1 > 4\n", "in the form of Prometheus 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_for_what_it_is(content: bytes, says: str) -> None:
    """With its line where it has one, and what to do; nothing is said of rendering, which was not asked for."""
    with pytest.raises(VitalsError) as caught:
        read_rules("rules.yaml", content)

    assert says in str(caught.value)
    assert "Nothing was written" in str(caught.value)
    assert "render again" not in str(caught.value)


@pytest.mark.parametrize(
    ("expr", "says"),
    [
        ("{{ .Values.condition }}", "rules.yaml:5: it has '{{' in it"),
        ('node_load1{job="node"} > {{ .Values.load }}', "rules.yaml:5: it has '{{' in it"),
        ("[a, b]", "rules.yaml:5, a rule: expr is a list"),
    ],
)
def test_a_rule_that_helm_fills_in_is_named(expr: str, says: str) -> None:
    """In quotes or without: quotes would not make an expression of it."""
    found = read_rules("rules.yaml", RULES.replace('node_load1{job="node"} > 4', expr).encode())

    (note,) = found.left
    assert (note.where, found.groups[0].rules) == ("rules.yaml:4", ())
    assert says in note.why


def test_braces_in_a_text_of_an_expression_are_no_template() -> None:
    """PromQL takes them, and so does the import."""
    text = RULES.replace("> 4", "> 4 and on () label_replace(up, 'a', '{{x}}', '', '')")

    assert len(read_rules("rules.yaml", text.encode()).groups[0].rules) == 1


def test_a_map_that_merges_itself_ends() -> None:
    """It is refused by its line."""
    with pytest.raises(VitalsError, match=r"^rules.yaml:2 cannot be read .*has no end"):
        read_rules("rules.yaml", b"groups:\n  - &a\n    <<: *a\n    name: x\n")
