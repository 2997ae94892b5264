"""Each change of a rendered file is said in words, with what follows from it, and nothing else is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from tests.made_once import files_of
from vitals.model.catalog import Catalogue
from vitals.verify.changes import as_json, as_markdown, as_text, compare_revisions
from vitals.verify.changes.report import NOTHING
from vitals.verify.changes.revisions import Revisions

Tree = dict[str, Any]
API, OUTAGE, SCALER = "rules/wellness-api.api.yaml", "rules/wellness-api.outage.yaml", "scalers/wellness-api.yaml"
DASHBOARD, ROUTES, MODEL = "dashboards/vitals-api.json", "alertmanager.yml", "model.json"
FILES = (API, OUTAGE, SCALER, DASHBOARD, ROUTES, MODEL)
"""As few as show every kind of change: reading all files of an environment for each case would take a minute."""


@pytest.fixture(scope="module")
def rendered(wellness: Catalogue) -> dict[str, str]:
    """A few files of production."""
    files = files_of(wellness, wellness.environments["prod"])
    return {name: files[name] for name in FILES}


def _parsed(files: Mapping[str, str]) -> Tree:
    return {
        name: json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader)
        for name, text in files.items()
    }


def _dumped(tree: Tree) -> dict[str, str]:
    return {
        name: json.dumps(content)
        if name.endswith(".json")
        else yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False)
        for name, content in tree.items()
    }


def _compared(files: Mapping[str, str], edit: Callable[[Tree], object]) -> Revisions:
    tree = _parsed(files)
    before = {f"prod/{name}": text for name, text in _dumped(tree).items()}
    edit(tree)
    return Revisions("a", "b", before, {f"prod/{name}": text for name, text in _dumped(tree).items()})


def _alert(tree: Tree, file: str, name: str) -> dict[str, Any]:
    (group,) = tree[file]["spec"]["groups"]
    found: dict[str, Any] = next(rule for rule in group["rules"] if rule.get("alert") == name)
    return found


def _remove(tree: Tree, file: str, name: str) -> None:
    (group,) = tree[file]["spec"]["groups"]
    group["rules"] = [rule for rule in group["rules"] if rule.get("alert") != name]


def _panel(tree: Tree, title: str) -> dict[str, Any]:
    found: dict[str, Any] = next(panel for panel in tree[DASHBOARD]["panels"] if panel["title"] == title)
    return found


def _bound(tree: Tree) -> None:
    alert = _alert(tree, API, "ApiLatencyHigh")
    assert " > 0.5" in alert["expr"]
    alert["expr"] = alert["expr"].replace(" > 0.5", " > 0.75")


def _by_requests(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in tree[SCALER]["spec"]["triggers"] if one["name"] == "requests")[
        "metadata"
    ]
    return found


def _rename(tree: Tree) -> None:
    asked = _by_requests(tree)
    asked["query"] = asked["query"].replace("service:up:avg", "service:replicas_up:avg")


def _unrecord(tree: Tree) -> None:
    (group,) = tree[OUTAGE]["spec"]["groups"]
    group["rules"] = [rule for rule in group["rules"] if rule.get("record") != "service:up:avg"]


SAID: list[tuple[Callable[[Tree], object], str, str]] = [
    (_bound, "ApiLatencyHigh (wellness-api)", "bound > 0.5 → > 0.75, fires later or less often"),
    (
        lambda t: _alert(t, API, "ApiLatencyHigh")["labels"].update(severity="critical"),
        "ApiLatencyHigh (wellness-api)",
        "notifies email platform@wellness.example, pagerduty platform-pagerduty-routing-key, slack #platform",
    ),
    (
        lambda t: _alert(t, API, "ApiLatencyHigh")["labels"].update(severity="critical"),
        "ApiLatencyHigh (wellness-api)",
        "severity warning → critical",
    ),
    (lambda t: _alert(t, API, "ApiLatencyHigh").update({"for": "1h"}), "ApiLatencyHigh", "must hold for "),
    (
        lambda t: _remove(t, API, "ApiLatencyHigh"),
        "ApiLatencyHigh",
        "removed: email platform@wellness.example, slack #platform-alerts is no longer",
    ),
    (
        lambda t: t[API]["spec"]["groups"][0]["rules"].append({"alert": "New", "expr": "up == 0"}),
        "New",
        "new, no severity: notifies email platform@wellness.example",
    ),
    (lambda t: t[SCALER]["spec"].update(maxReplicaCount=40), "wellness-api", "maximum 20 → 40 replicas (+100% of what"),
    (
        lambda t: t[SCALER]["spec"].pop("fallback"),
        "wellness-api",
        "fallback behavior currentReplicasIfHigher, failureThreshold 3, replicas 2 → none",
    ),
    (
        lambda t: _by_requests(t).update(threshold="50"),
        "wellness-api",
        "trigger requests: threshold 24.75 → 50",
    ),
    (_rename, "service:up:avg", "is now service:replicas_up:avg in 1 scaler."),
    (_unrecord, "service:up:avg", "is no longer recorded, and is still read by"),
    (
        lambda t: [one.pop("pagerduty_configs", None) for one in t[ROUTES]["receivers"]],
        "receiver platform-critical",
        "(before: email platform@wellness.example, pagerduty platform-pagerduty-routing-key, slack #platform-alerts)",
    ),
    (
        lambda t: t[ROUTES]["route"]["routes"][1]["routes"][0].update(group_wait="5m"),
        'route owner="platform", severity="critical" to platform-critical',
        "group_wait 1s → 5m",
    ),
    (lambda t: t[ROUTES]["inhibit_rules"].pop(), "inhibition", 'removed: alertname=~".+BurnFast" hides'),
    (
        lambda t: t[MODEL]["services"][0]["slos"][0].update(objective="99%"),
        "wellness-api availability",
        "99.9% (43.2 min of error budget a month) → 99% (432 min of error budget a month)",
    ),
    (lambda t: t[MODEL]["jobs"][0].update(interval="1m"), "wellness-api", "interval 5s → 1m"),
    (lambda t: t[MODEL]["jobs"].pop(0), "wellness-api", "is no longer scraped"),
    (lambda t: t[MODEL]["cost"].update(series=1), "active series", "→ 1 (-"),
    (lambda t: _panel(t, "Requests")["gridPos"].update(x=1), "API performance", "1 panel moved"),
    (
        lambda t: [one["gridPos"].update(y=one["gridPos"]["y"] + 2) for one in t[DASHBOARD]["panels"]],
        "API performance",
        "panels higher or lower, in the same order",
    ),
    (
        lambda t: t[DASHBOARD]["templating"]["list"][1].update(query="label_values(up, service)"),
        "API performance",
        "variable service: query `label_values(service:api_calls:rate1m, service)` → `label_values(up, service)`",
    ),
    (lambda t: _panel(t, "Requests").update(title="Calls"), "API performance", "panel 'Calls': title was 'Requests'"),
    (lambda t: t[DASHBOARD]["panels"].remove(_panel(t, "Requests")), "API performance", "panel 'Requests' is removed"),
    (
        lambda t: _panel(t, "Requests")["fieldConfig"]["defaults"].update(unit="short"),
        "API performance",
        "panel 'Requests': unit reqps → short",
    ),
    (
        lambda t: _panel(t, "Requests")["targets"][0].update(expr='sum(rate(api_calls_total{service="$service"}[5m]))'),
        "API performance",
        "panel 'Requests': query `service:api_calls:rate1m",
    ),
    (lambda t: t.pop(DASHBOARD), "API performance", "removed, with"),
]


@pytest.mark.parametrize(("edit", "subject", "text"), SAID, ids=[f"{one[1]}: {one[2]}"[:70] for one in SAID])
def test_a_change_is_said_with_what_follows(
    rendered: dict[str, str], edit: Callable[[Tree], object], subject: str, text: str
) -> None:
    """Whose it is, what was and what is, and in which environment."""
    lines = as_text(compare_revisions(_compared(rendered, edit))).splitlines()

    assert [line for line in lines if line.strip().startswith(subject) and text in line and line.endswith("[prod]")]
    assert len(lines) < 16, "\n".join(lines)


def test_nothing_is_said_of_what_did_not_change(rendered: dict[str, str]) -> None:
    """Neither of equal files nor of another order of keys."""
    same = _compared(rendered, lambda _: None)
    tree = {name: yaml.load(text, Loader=yaml.CSafeLoader) for name, text in same.before.items()}
    spelled = {name: json.dumps(content, sort_keys=True, indent=3) for name, content in tree.items()}

    assert as_text(compare_revisions(same)) == NOTHING
    assert as_json(compare_revisions(same), same)["changes"] == []
    assert as_text(compare_revisions(Revisions("a", "b", same.before, spelled))) == NOTHING


def test_a_file_that_is_not_described_is_named(rendered: dict[str, str]) -> None:
    """A reviewer is sent to it, beside what is described."""
    one = _compared(rendered, lambda tree: tree[SCALER]["spec"].update(maxReplicaCount=40))
    monitor = "prod/monitors/wellness-api.yaml"
    before, after = {**one.before, monitor: "spec: {interval: 5s}"}, {**one.after, monitor: "spec: {interval: 9s}"}
    lines = as_text(compare_revisions(Revisions("a", "b", before, after))).splitlines()

    assert lines[-1] == "  monitors/wellness-api.yaml: differs; read it as it is [prod]"
    assert "Scalers:" in lines


def test_one_change_in_several_environments_is_said_once(rendered: dict[str, str]) -> None:
    """With the names of all of them; a new environment is one line."""
    one = _compared(rendered, lambda tree: tree[SCALER]["spec"].update(maxReplicaCount=40))
    before = {**one.before, **{name.replace("prod/", "dev/"): text for name, text in one.before.items()}}
    after = {**one.after, **{name.replace("prod/", "dev/"): text for name, text in one.after.items()}}
    after |= {name.replace("prod/", "new/"): text for name, text in one.after.items()}
    lines = as_text(compare_revisions(Revisions("a", "b", before, after))).splitlines()

    assert [line for line in lines if line.endswith("[dev, prod]")]
    assert [line for line in lines if line.strip() == "environment new: is new [new]"]


def test_what_is_lost_stands_before_what_is_worded(rendered: dict[str, str]) -> None:
    """A page that is gone is not below a corrected comma."""

    def edit(tree: Tree) -> None:
        _alert(tree, API, "ApiLatencyHigh")["annotations"].update(summary="x")
        _alert(tree, OUTAGE, "ServiceOutage")["labels"].update(severity="info")

    lines = as_text(compare_revisions(_compared(rendered, edit))).splitlines()

    assert lines[0] == "Alerts:"
    assert "critical → info" in lines[1] or "notifies" in lines[1]
    assert "other summary" in lines[-1]


def test_nothing_in_a_title_works_in_markdown(rendered: dict[str, str]) -> None:
    """No mention, no HTML, no table, no link."""
    title = "@team <img src=x> | [a](http://b) `c` **d**"
    text = as_markdown(compare_revisions(_compared(rendered, lambda t: _panel(t, "Requests").update(title=title))))

    assert "@team" not in text
    assert "\\<img src=x\\>" in text
    assert "\\|" in text
    assert "\\[a\\]" in text


def test_files_of_another_version_or_broken_ones_are_read_as_far_as_they_go(rendered: dict[str, str]) -> None:
    """An older model.json, one that is cut off, rules that are not YAML."""
    good = {f"prod/{name}": text for name, text in rendered.items()}
    for broken in ({"prod/model.json": "{}"}, {"prod/model.json": '{"jobs": ['}, {f"prod/{API}": "a: ["}):
        found = compare_revisions(Revisions("a", "b", {**good, **broken}, good))

        assert found


@pytest.mark.parametrize("name", [API, DASHBOARD, ROUTES, SCALER, MODEL])
def test_a_file_that_a_branch_breaks_is_said_first(rendered: dict[str, str], name: str) -> None:
    """Else its alerts and panels seem to be removed on purpose, in words that nothing is wrong with."""
    before = {f"prod/{file}": text for file, text in rendered.items()}
    after = {**before, f"prod/{name}": '{"' + before[f"prod/{name}"][:100]}
    lines = as_text(compare_revisions(Revisions("a", "b", before, after))).splitlines()

    assert lines[0] == "Broken by this change:"
    assert f"  {name}: cannot be read, so all that it held counts as removed [prod]" in lines


def test_an_environment_that_is_removed_is_said_first(rendered: dict[str, str]) -> None:
    """Nothing weighs more than every alert of it."""
    before = {f"{folder}/{file}": text for folder in ("prod", "dev") for file, text in rendered.items()}
    after = {file: text for file, text in before.items() if file.startswith("dev/")}
    lines = as_text(compare_revisions(Revisions("a", "b", before, after))).splitlines()

    assert lines[1].startswith("  environment prod: is removed, with every alert")
