"""What YAML makes of pasted texts: comments in lines that it joins, and templates without quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules.shapes import RULE
from vitals.errors import VitalsError
from vitals.kit.alerts.rule_file import FileRules
from vitals.kit.alerts.rule_file import load as load_rule_files
from vitals.model.catalog import Catalogue, Service

NODE = Service(name="node", owner="platform", description="The machines.")
HEAD = "groups:\n  - name: case\n    rules:\n      - "


def _load(wellness: Catalogue, folder: Path, text: str) -> FileRules:
    for kind in ("handwritten", "mixins"):
        (folder / kind).mkdir(parents=True)
    (folder / "handwritten" / "case.yaml").write_text(text, encoding="utf-8")
    return load_rule_files([NODE], wellness.teams, folder)


def _refused(wellness: Catalogue, folder: Path, text: str) -> str:
    with pytest.raises(VitalsError) as caught:
        _load(wellness, folder, text)
    return str(caught.value)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_lines_in_quotes_are_joined_before_a_comment_ends(quote: str, wellness: Catalogue, tmp_path: Path) -> None:
    """YAML makes one line of them, so what stands behind the comment would be gone; without a comment nothing is."""
    text = f"{HEAD}{RULE}\n"
    second = "\n          and on (instance) node_load5 > 40"
    for place, (behind, refused) in enumerate(((" # busy", True), ("", False))):
        written = text.replace("node_load1 > 50", f"{quote}node_load1 > 50{behind}{second}{quote}")
        if refused:
            said = _refused(wellness, tmp_path / str(place), written)
            assert "case.yaml:5" in said
            assert "a comment among them takes the rest of the condition away" in said
        else:
            (alert,) = _load(wellness, tmp_path / str(place), written).alerts
            assert alert.expr.text == "node_load1 > 50 and on (instance) node_load5 > 40"
    kept = text.replace("node_load1 > 50", '"node_load1 > 50 # busy\\n and on (instance) node_load5 > 40"')
    (alert,) = _load(wellness, tmp_path / "kept", kept).alerts
    assert alert.expr.text == "node_load1 > 50 and on (instance) node_load5 > 40"


def test_a_text_without_quotes_is_said_to_need_them(wellness: Catalogue, tmp_path: Path) -> None:
    """YAML takes one that begins with a brace for a map; its own message says nothing that helps."""
    summary = "{{ $labels.instance }} is {{ $value }}"
    text = f"{HEAD}alert: A\n        expr: up == 0\n        annotations:\n          summary: {summary}"
    said = _refused(wellness, tmp_path, text)
    assert "case.yaml:7 is not valid YAML" in said
    assert "A text that begins with '{' must stand in quotes." in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f"{HEAD}alert: A\n        expr: {{{{ .Values.condition }}}}\n",
            "case.yaml:5, group case, alert A: it has '{{'",
        ),
        (f"- {RULE}\n".replace("        ", "  "), "At handwritten/case.yaml:1 a rule stands outside of a group"),
        ("- name: case\n  rules: []\n", "At handwritten/case.yaml:1 a group stands outside of 'groups'"),
        (
            "groups:\n  - &a\n    <<: *a\n    name: case\n",
            "case.yaml:2 is not valid YAML: an alias stands",
        ),
        (f"{HEAD}{RULE}\n".replace("busy.", "busy\x00."), "case.yaml:7 is not valid YAML: unacceptable character"),
        (
            f"{HEAD}{RULE}\n".replace("labels: {", "labels: &a {").replace("annotations: {", "annotations: &a {"),
            "case.yaml:7 is not valid YAML: found duplicate anchor; give the second one another name",
        ),
        (f"{HEAD}{RULE}\n".replace("node_load1 > 50", "{service='node'} > 5"), "begins with '{' must stand in quotes"),
        (f"{HEAD}{RULE}\n".replace("node_load1", "up{job=~'a: b'}"), "A text with ': ' in it must stand in quotes"),
        (
            f"{HEAD}{RULE}\n".replace("node_load1 > 50", " or ".join(f"node_load1 > {n}" for n in range(900))),
            "case.yaml:5, group case, alert CaseRule: The expression is nested more than 200 deep",
        ),
        ("[" * 20_000, "case.yaml:1 is not valid YAML: exceeded maximum nesting depth"),
    ],
)
def test_what_is_pasted_in_another_form_is_named(text: str, says: str, wellness: Catalogue, tmp_path: Path) -> None:
    """A template, a list as web pages show rules, texts without quotes, and what only an attacker writes."""
    assert says in _refused(wellness, tmp_path, text)
