"""A query is judged as PromQL only where Prometheus gets it: other servers and hidden queries are left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vitals.verify.review import CHECKS, review

REFUSED = "sum(rate(("
"""What no Prometheus takes, so that `valid-promql` finds it wherever it is read as PromQL."""
OFFERED = {"name": "datasource", "type": "datasource", "query": "loki"}
ASKED_FOR = {"name": "DS_LOGS", "type": "datasource", "pluginId": "loki"}


def _found(folder: Path, dashboard: dict[str, Any]) -> list[str]:
    file = folder / "dashboard.json"
    file.write_text(json.dumps({"title": "A", "uid": "a", "schemaVersion": 42, **dashboard}))
    checks = [one for one in CHECKS if one.name == "valid-promql"]
    return [one.what for one in review([file], rendered=folder, checks=checks).defects]


def _panel(datasource: object, *targets: dict[str, Any]) -> dict[str, Any]:
    return {"id": 1, "title": "A", "type": "timeseries", "datasource": datasource, "targets": list(targets)}


@pytest.mark.parametrize(
    "named",
    ["$datasource", "${datasource}", "${datasource:raw}", "${DS_LOGS}", {"uid": "$datasource"}, {"type": "loki"}],
    ids=str,
)
def test_what_another_server_is_asked_is_not_promql(tmp_path: Path, named: object) -> None:
    """The type of a data source that only a variable names is the one that the variable offers."""
    dashboard = {
        "__inputs": [ASKED_FOR],
        "templating": {"list": [OFFERED, {"name": "a", "type": "query", "datasource": named,
                                          "query": f"label_values({REFUSED}, job)"}]},
        "annotations": {"list": [{"name": "a", "datasource": named, "expr": REFUSED}]},
        "panels": [_panel(named, {"refId": "A", "expr": REFUSED})],
    }  # fmt: skip

    assert _found(tmp_path, dashboard) == []


@pytest.mark.parametrize("named", [None, "Prometheus", "$other", {"type": "prometheus", "uid": "$datasource"}], ids=str)
def test_what_prometheus_may_be_asked_is(tmp_path: Path, named: object) -> None:
    """A name says no type, and an object's own type counts more than what its variable offers."""
    dashboard = {"templating": {"list": [OFFERED]}, "panels": [_panel(named, {"refId": "A", "expr": REFUSED})]}

    assert _found(tmp_path, dashboard) == ['panel "A"']


def test_a_hidden_query_is_judged_only_where_an_expression_may_need_it(tmp_path: Path) -> None:
    """Grafana asks no hidden query, but for its own expressions."""
    shown, hidden = {"refId": "A", "expr": "up"}, {"refId": "B", "expr": REFUSED, "hide": True}
    expression = {"refId": "C", "datasource": {"type": "__expr__", "uid": "__expr__"}, "type": "math"}

    assert _found(tmp_path, {"panels": [_panel(None, shown, hidden)]}) == []
    assert _found(tmp_path, {"panels": [_panel(None, shown, hidden, expression)]}) == ['panel "A"']
