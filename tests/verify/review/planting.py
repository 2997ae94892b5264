"""Defects planted into the rendered files of an environment, each in its own place, all in one tree.

One tree for all of them, because an environment is read as a whole: reading it once for each would take a minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Tree = dict[str, Any]
"""Parsed files by their path in the environment."""


@dataclass(frozen=True)
class Planted:
    """One defect.

    Attributes:
        check: The check that finds it.
        file: The file in which it is found.
        what: A part of the place in words.
        plant: Puts it in.
    """

    check: str
    file: str
    what: str
    plant: Callable[[Tree], object]


def parsed(files: Mapping[str, str]) -> Tree:
    """The files of an environment, parsed; model.json stays as it is."""
    return {
        name: json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader)
        for name, text in files.items()
    }


def dumped(tree: Tree) -> dict[str, str]:
    """The files as texts."""
    return {
        name: content
        if isinstance(content, str)
        else json.dumps(content, indent=2)
        if name.endswith(".json")
        else yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False)
        for name, content in tree.items()
    }


API, SYSTEM = "dashboards/vitals-api.json", "dashboards/vitals-system.json"
CACHE, TASKS = "dashboards/vitals-cache.json", "dashboards/vitals-tasks.json"
RULES, NODE, OUTAGE = "rules/wellness-api.api.yaml", "rules/node.system.yaml", "rules/wellness-api.outage.yaml"
SCALER, WORKER = "scalers/wellness-api.yaml", "scalers/wellness-worker.yaml"
ROUTES = "alertmanager.yml"


def panels_of(tree: Tree, file: str) -> list[dict[str, Any]]:
    """Every panel of a dashboard that is not a row."""
    found = [one for panel in tree[file]["panels"] for one in (panel, *panel.get("panels", []))]
    return [one for one in found if one["type"] != "row"]


def panel_of(tree: Tree, file: str, number: int, kind: str = "timeseries") -> dict[str, Any]:
    """One panel of a dashboard, counted among those of its kind."""
    return [one for one in panels_of(tree, file) if one["type"] == kind][number]


def with_query(file: str, number: int, expr: str) -> Callable[[Tree], object]:
    """Lets a chart ask something else."""
    return lambda tree: panel_of(tree, file, number)["targets"][0].update(expr=expr)


def rules_of(tree: Tree, file: str) -> list[dict[str, Any]]:
    """The rules of a file."""
    rules: list[dict[str, Any]] = tree[file]["spec"]["groups"][0]["rules"]
    return rules


def with_alert(file: str, name: str, expr: str, **change: Any) -> Callable[[Tree], object]:  # noqa: ANN401 - YAML
    """Adds an alert that is right but for what is changed."""
    rule = {
        "alert": name,
        "expr": expr,
        "labels": {"service": "wellness-api", "severity": "critical", "owner": "platform"},
        "annotations": {"summary": "It fails", "runbook_url": "https://docs.wellness.example/runbooks/ServiceOutage"},
    }
    return lambda tree: rules_of(tree, file).append({**rule, **change})


def with_record_and_alert(file: str, name: str, record: str, expr: str) -> Callable[[Tree], object]:
    """Adds a record, and an alert that waits for five minutes on what is recorded."""

    def plant(tree: Tree) -> None:
        rules_of(tree, file).append({"record": record, "expr": expr})
        with_alert(file, name, f"{record} > 50", **{"for": "5m"})(tree)

    return plant


def texts_without(key: str) -> dict[str, str]:
    """The texts of an alert but for one of them."""
    texts = {"summary": "It fails", "runbook_url": "https://docs.wellness.example/runbooks/ServiceOutage"}
    return {name: text for name, text in texts.items() if name != key}


def trigger_of(tree: Tree, file: str = SCALER) -> dict[str, Any]:
    """The first trigger of a scaler."""
    trigger: dict[str, Any] = tree[file]["spec"]["triggers"][0]
    return trigger


def with_the_above(tree: Tree) -> None:
    """Plants nothing: what stands before it has this defect as well."""
    assert tree
