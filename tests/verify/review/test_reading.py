"""Whatever a file holds, reading it ends with documents, of which one that cannot be read says why."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.verify.review import CHECKS, review
from vitals.verify.review.document import DocumentKind
from vitals.verify.review.reading import read_file, read_paths

RULE = "groups:\n- name: shop\n  rules:\n  - alert: Down\n    expr: up ==== 0\n"
OBJECT = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: shop}\nspec:\n  "
V2 = (
    '{"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard",'
    ' "spec": {"title": "New", "elements": {}, "layout": {}}}'
)
UNREAD = {
    "cut.json": ('{"title": "Shop", "panels": [{"id": 1,', "it was cut off"),
    "comma.json": ('{"title": "Shop",\n "panels": [],}', "it is not valid JSON"),
    "rows.json": ('{"schemaVersion": 14, "title": "Old", "rows": [{"panels": []}]}', "of Grafana 4 or earlier"),
    "v2.json": (V2, "in Grafana's v2 schema"),
    "nospec.json": ('{"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard"}', "without a spec"),
    "chart.yaml": ("groups:\n{{- range .Values.rules }}\n- name: {{ .name }}\n{{- end }}\n", "it is a template"),
    "tabs.yaml": ("groups:\n\t- name: shop\n", "it is not valid YAML"),
    "twice.yaml": (RULE + "    for: 5m\n    for: 1h\n", "the key 'for' is given twice, first on line 6"),
    "nogroups.yaml": ("kind: PrometheusRule\nspec: {}\n", "no list of rule groups"),
    "grafana.yaml": ("groups:\n- rules:\n  - {title: x, data: []}\n", "Grafana itself evaluates"),
    "loki.yaml": ('groups:\n- rules:\n  - {alert: X, expr: \'rate({a="b"} |= "x" [5m]) > 1\'}\n', "are LogQL"),
    "empty.yaml": ("\n", "it is empty"),
    "deep.json": ("[" * 100_000, "nested too deeply"),
    "list.json": ("[1, 2]", "holds no dashboard"),
    "words.yaml": ("hello: world\n", "holds no dashboard"),
}
READ = {
    "plain.yaml": (RULE, 5),
    "object.yaml": (OBJECT + RULE.replace("\n", "\n  "), 9),
    "list.yaml": ("kind: List\nitems:\n- " + (OBJECT + RULE.replace("\n", "\n  ")).replace("\n", "\n  "), 11),
    "map.yaml": ("kind: ConfigMap\ndata:\n  a.yaml: |\n    " + RULE.replace("\n", "\n    "), 8),
    "rules.json": (json.dumps({"groups": [{"rules": [{"alert": "D", "expr": "up ==== 0"}]}]}, indent=1), 7),
    "flow.yaml": ('{groups: [{name: a, rules: [{alert: D, expr: "up ==== 0"}]}]}', 1),
    "second.yaml": ("a: 1\n---\n" + RULE, 7),
    "crlf.yaml": (RULE.replace("\n", "\r\n"), 5),
    "bom.yaml": ("\ufeff" + RULE, 5),
    "equals.yaml": ("kind: AlertmanagerConfig\nspec: {matchType: =}\n---\n" + RULE, 8),
}


def _found(path: Path, check: str) -> list[tuple[int, str]]:
    checks = [one for one in CHECKS if one.name == check]
    return [(one.line, one.why) for one in review([path], rendered=path, checks=checks).defects]


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_judged_says_why(tmp_path: Path, name: str) -> None:
    """One sentence with the reason, and no other defect."""
    text, reason = UNREAD[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    defects = review([tmp_path / name], rendered=tmp_path).defects

    assert [one.check for one in defects] == ["readable"]
    assert reason in defects[0].why


@pytest.mark.parametrize("name", READ)
def test_a_defect_is_found_on_its_line_however_the_file_is_wrapped(tmp_path: Path, name: str) -> None:
    """Alone, in an object, in a list, in a ConfigMap, as JSON, as the second document, with other line ends."""
    text, line = READ[name]
    (tmp_path / name).write_bytes(text.encode())

    assert [found for found, _ in _found(tmp_path / name, "valid-promql")] == [line]


def test_binary_files_and_other_encodings_are_said_to_be_such(tmp_path: Path) -> None:
    """None is taken for text, and what packs or converts it is named."""
    for name, data, reason in (
        ("a.json", b"{\0}", "binary"),
        ("b.yaml", b"groups: \xe4", "not text in UTF-8"),
        ("c.yaml", "groups:".encode("utf-16"), "it is text in UTF-16, as PowerShell writes it; save it in UTF-8"),
        ("d.prom", gzip.compress(b"up 1\n"), "it is packed with gzip; unpack it first"),
    ):
        (tmp_path / name).write_bytes(data)

        assert reason in read_file(tmp_path / name)[0].problem


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """Its size is said instead; the file has no content, so that the test costs no disk."""
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(21 * 2**20)

    assert "21 MiB, more than 20 MiB" in read_file(tmp_path / "huge.json")[0].problem


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Opening one would block until something writes to it."""
    os.mkfifo(tmp_path / "pipe.json")

    assert "not a regular file" in read_file(tmp_path / "pipe.json")[0].problem


def test_folders_are_walked_once_however_they_are_linked(tmp_path: Path) -> None:
    """A link back to the folder above ends, and a file that two paths reach is judged once."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULE)
    (tmp_path / "rules" / "notes.txt").write_text("not read")
    (tmp_path / "rules" / "loop").symlink_to(tmp_path)
    (tmp_path / "rules" / "b.yaml").symlink_to(tmp_path / "rules" / "a.yaml")
    found = read_paths([tmp_path, tmp_path / "rules"])

    assert [document.kind for document in found] == [DocumentKind.RULES]


def test_a_path_that_does_not_exist_or_loops_is_refused(tmp_path: Path) -> None:
    """With its name and the reason."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    with pytest.raises(VitalsError, match=r"gone\.json cannot be checked: it does not exist"):
        read_paths([tmp_path / "gone.json"])
    with pytest.raises(VitalsError, match="loop cannot be checked: it cannot be followed"):
        read_paths([tmp_path / "loop"])


def test_in_a_folder_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """Other YAML is counted; a broken dashboard is still an error, a template a note."""
    (tmp_path / "other.yaml").write_text("hello: world\n")
    (tmp_path / "chart.yaml").write_text(UNREAD["chart.yaml"][0])
    (tmp_path / "cut.json").write_text(UNREAD["cut.json"][0])
    found = review([tmp_path], rendered=tmp_path)

    assert found.others == 1
    assert [(Path(one.file).name, one.gravity.word) for one in found.defects] == [
        ("chart.yaml", "note"),
        ("cut.json", "error"),
    ]


PANEL = {
    "id": 1,
    "title": "A",
    "type": "timeseries",
    "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1},
    "links": [],
    "datasource": {"uid": "x"},
    "targets": [{"expr": "up", "refId": "A", "datasource": "x"}],
    "options": {"legend": {"calcs": ["sum"]}},
    "fieldConfig": {"defaults": {"unit": "s", "links": []}},
}
DASHBOARD = {
    "title": "A",
    "uid": "a",
    "panels": [{**PANEL, "datasource": {"type": "prometheus", "uid": "x"}}, {"type": "row", "panels": [PANEL]}],
    "links": [{}],
    "templating": {"list": [{"name": "a", "type": "query", "query": "label_values(up, job)"}]},
    "annotations": {"list": [{"name": "a", "expr": "up"}]},
    "refresh": "5s",
    "schemaVersion": 42,
}
RULES = {
    "groups": [
        {
            "name": "a",
            "interval": "5m",
            "labels": {},
            "rules": [
                {
                    "alert": "A",
                    "expr": "up",
                    "for": "1m",
                    "labels": {"severity": "page"},
                    "annotations": {"summary": "x"},
                }
            ],
        }
    ]
}
ROUTES = {
    "route": {"receiver": "a", "routes": [{"matchers": ["a=b"], "match": {"a": "b"}, "match_re": {}}]},
    "receivers": [{"name": "a", "slack_configs": [{}]}],
    "inhibit_rules": [{"equal": ["a"]}],
}
SCALER = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "metadata": {"name": "a"},
    "spec": {
        "scaleTargetRef": {"name": "a"},
        "minReplicaCount": 1,
        "fallback": {"replicas": 1},
        "triggers": [{"type": "prometheus", "metadata": {"query": "up"}}],
    },
}
ODD: list[object] = [None, "x", [], {}, [None], True]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_field_of_another_type_never_stops_a_run(tmp_path: Path, odd: object) -> None:
    """Every key of a dashboard, of rules, of routes and of a scaler in turn is something else than it should be."""
    files = 0
    for whole in (DASHBOARD, RULES, ROUTES, SCALER):
        for index, changed in enumerate(_each_replaced(whole, odd)):
            (tmp_path / f"{id(whole)}-{index}.json").write_text(json.dumps(changed))
            files += 1

    assert files > 60
    assert review([tmp_path], rendered=tmp_path).files


def _each_replaced(node: object, odd: object) -> list[object]:
    """Copies of a document, in each of which one value is replaced."""
    found: list[object] = []
    if isinstance(node, dict):
        for key, value in node.items():
            found.append({**node, key: odd})
            found += [{**node, key: inner} for inner in _each_replaced(value, odd)]
    elif isinstance(node, list):
        for index, value in enumerate(node):
            found.append([*node[:index], odd, *node[index + 1 :]])
            found += [[*node[:index], inner, *node[index + 1 :]] for inner in _each_replaced(value, odd)]
    return found
