"""Rules that are not written in Python go through the same checks, and what does not fit is refused with its fix."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.catalogues import WELLNESS
from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue
from vitals.model.conventions import Severity
from vitals.render import compose
from vitals.rendered import groups_in

YAML, MIXIN = "handwritten/clock.yaml", "mixins/process.jsonnet"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two rule files, to be changed."""
    for name in (YAML, MIXIN):
        (tmp_path / name).parent.mkdir()
        shutil.copyfile(WELLNESS / "rule_files" / name, tmp_path / name)
    return tmp_path


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def _rules(catalogue: Catalogue, environment: str) -> dict[str, dict[str, Any]]:
    files = files_of(catalogue, catalogue.environments[environment])
    groups = [group for name, text in files.items() if name.startswith("rules/") for group in groups_in(text)]
    return {
        f"{rule.alert} of {rule.labels['service']}": rule.body
        for group in groups
        if group.name.startswith(("handwritten.", "mixins."))
        for rule in group.rules
    }


def test_they_get_owner_and_links_like_every_other_alert(wellness: Catalogue) -> None:
    """The owner of the watched target is notified, and runbook and dashboard are one click away."""
    rules = _rules(wellness, "prod")

    for name in ("MachineClockSkewed of node", "OpenFilesNearLimit of prometheus"):
        rule = rules[name]
        assert rule["labels"]["owner"] == wellness.environments["prod"].operators, name
        assert rule["annotations"]["runbook_url"].endswith(f"/runbooks/{rule['alert']}")
        assert rule["annotations"]["dashboard_url"].startswith("https://grafana.wellness.example/d/")


def test_they_exist_only_where_their_target_does(sample: Catalogue) -> None:
    """The laboratory has no machine's exporter, so the rule about clocks is not there."""
    in_lab = _rules(sample, "lab")
    assert "OpenFilesNearLimit of prometheus" in in_lab
    assert "MachineClockSkewed of node" not in in_lab
    assert "MachineClockSkewed of node" in _rules(sample, "cloud")


def test_a_file_may_record_what_its_alerts_read(wellness: Catalogue, folder: Path) -> None:
    """A recording rule of a file is part of the vocabulary of its alerts."""
    recorded = {
        "record": "instance:node_clock_offset_seconds:abs",
        "expr": 'abs(node_timex_offset_seconds{service="node"})',
        "labels": {"service": "node"},
    }
    document = yaml.load((folder / YAML).read_text(), Loader=yaml.CSafeLoader)
    document["groups"][0]["rules"].insert(0, recorded)
    document["groups"][0]["rules"][1]["expr"] = 'instance:node_clock_offset_seconds:abs{service="node"} > 0.05'
    (folder / YAML).write_text(yaml.safe_dump(document))
    plan = compose(wellness, wellness.environments["local"], folder)
    (group,) = [group for group in plan.groups if group.name == "handwritten.clock"]

    assert [next(iter(rule)) for rule in group.rules] == ["record", "alert"]
    assert {"instance", "service"} <= set(plan.vocabulary["instance:node_clock_offset_seconds:abs"].labels)


def test_a_team_may_be_named(sample: Catalogue, folder: Path) -> None:
    """The label owner routes to another team than the target's own."""
    _edit(folder, YAML, "severity: warning", "severity: critical\n          owner: discovery")
    plan = compose(sample, sample.environments["cloud"], folder)
    alert = next(alert for alert in plan.alerts if alert.name == "MachineClockSkewed")

    assert (alert.owner, alert.severity) == ("discovery", Severity.CRITICAL)


@pytest.mark.parametrize(
    ("name", "old", "new", "complaints"),
    [
        (
            MIXIN,
            "local bound = 0.8;",
            "local bound = ;",
            ["process.jsonnet", "cannot be evaluated", "process.jsonnet:2"],
        ),
        (
            MIXIN,
            "0.8",
            "import '../rule_file.py'",
            ["not a file of the folder of mixins"],
        ),
        (
            MIXIN,
            "process_max_fds",
            "process_max_fd",
            ["OpenFilesNearLimit", "Nothing emits", "Did you mean process_max_fds"],
        ),
        (MIXIN, "severity: 'warning'", "severity: 'warning', owner: 'sre'", ["'sre' is not a team", "platform"]),
        (
            MIXIN,
            "service: target.service }",
            "service: 'unwatched' }",
            ["'unwatched'", "neither a service nor an exporter"],
        ),
        (MIXIN, "prometheusAlerts+:: {", "prometheusAlerts:: 1, other+:: {", ["prometheusAlerts", "not an object"]),
        (YAML, "groups:", "groups: [", ["handwritten/clock.yaml:", "is not valid YAML"]),
        (
            YAML,
            "groups:",
            "kind: PrometheusRule\ngroups:",
            ["clock.yaml:3", "around the groups stands kind", "`vitals import rules"],
        ),
        (YAML, "groups:", "rules:", ["clock.yaml:4", "a rule file has no field 'rules'", "groups"]),
        (YAML, "abs(", "abs((", ["clock.yaml:8", "MachineClockSkewed", "This is not PromQL"]),
        (
            YAML,
            "node_timex_offset_seconds",
            "node_clock_seconds",
            ["clock.yaml:6", "Nothing emits or records 'node_clock_seconds'"],
        ),
        (
            YAML,
            "node_timex_offset_seconds",
            "kube_state_metrics_list_total",
            ["clock.yaml:6", "Nothing emits or records", "on a second port, telemetry, and no job scrapes that one."],
        ),
        (YAML, '"node"}', '"node", zone="a"}', ["has no label 'zone'"]),
        (YAML, '{service="node"}', '{service="prometheus"}', ["clock.yaml:6", "none of its values (node)", "Name one"]),
        (YAML, '{service="node"}', '{service="node", job="prometheus"}', ["clock.yaml:6", "none of its values (node)"]),
        (YAML, '{service="node"}', '{service!="node"}', ["clock.yaml:6", "nothing that emits it has service!='node'"]),
        (YAML, "severity: warning", "severity: urgent", ["'urgent' has no route", "critical, warning, info"]),
        (YAML, "severity: warning", "owner: platform", ["the severity '' has no route"]),
        (
            YAML,
            "severity: warning",
            "severity: warning\n          owner: sre",
            ["'sre' is not a team", "no route", "platform"],
        ),
        (YAML, "service: node", "team: node", ["the label service is ''", "Name one of"]),
        (YAML, "annotations:", "labels:", ["clock.yaml:13", "'labels' is given twice, first on line 10"]),
        (YAML, "{{ $value | humanizeDuration }}", "far", ["does not say the current value"]),
        (YAML, "for: 10m", "for: long", ["'long' is not a duration"]),
        (YAML, "alert: MachineClockSkewed", "alert: machine clock", ["'machine clock'", "CamelCase"]),
        (
            YAML,
            "MachineClockSkewed",
            "MachineCpuHigh",
            ["has the name of an alert that exists already", "another name"],
        ),
        (
            YAML,
            "for: 10m",
            "keep_firing: 10m",
            ["clock.yaml:9", "no field 'keep_firing'", "Did you mean keep_firing_for?"],
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    *, name: str, old: str, new: str, complaints: list[str], wellness: Catalogue, folder: Path
) -> None:
    """Every kind of mistake stops the rendering with a text that names file or rule, reason and fix."""
    _edit(folder, name, old, new)

    with pytest.raises(VitalsError) as caught:
        compose(wellness, wellness.environments["local"], folder)

    for complaint in complaints:
        assert complaint in str(caught.value)
    assert str(folder) not in str(caught.value)


def test_a_record_with_another_meaning_is_refused(wellness: Catalogue, folder: Path) -> None:
    """A file cannot record other labels under the name of a signal."""
    recorded = {
        "record": "instance:node_memory_used:ratio",
        "expr": 'sum(node_memory_MemTotal_bytes{service="node"})',
        "labels": {"service": "node"},
    }
    (folder / "handwritten" / "more.yaml").write_text(
        yaml.safe_dump({"groups": [{"name": "more", "rules": [recorded]}]})
    )

    with pytest.raises(VitalsError, match=r"more\.yaml:7: instance:node_memory_used:ratio of node is recorded already"):
        compose(wellness, wellness.environments["local"], folder)
