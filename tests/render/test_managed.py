"""An environment on Google's managed Prometheus gets the same rules as objects that it takes, or is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue, Environment
from vitals.model.promql import newer_than_two
from vitals.render import render
from vitals.render.compose import RuleGroup, compose
from vitals.render.managed import _cluster_rules, managed_objects
from vitals.render.managed_schema import accept
from vitals.rendered import groups_in, plain_rule_file

OWN = ("kubelet", "kubelet-volumes", "prometheus")
"""Exporters that exist only where Prometheus is ours."""


def managed(environment: Environment, *, without: tuple[str, ...] = OWN) -> Environment:
    """The same environment on the managed back end."""
    assert environment.servers is not None
    return replace(
        environment,
        delivery="managed",
        exporters=tuple(name for name in environment.exporters if name not in without),
        servers=replace(environment.servers, prometheus=None, retention=None),
    )


@pytest.fixture(scope="module", params=["managed", "autopilot", "prod", "cloud"])
def files(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Everything that a managed environment consists of: one that ships, or another of either sample made one."""
    of = {"prod": "wellness", "cloud": "sample"}
    catalogue: Catalogue = request.getfixturevalue(of.get(request.param, "live"))
    environment = catalogue.environments[request.param]
    return render(catalogue, environment if environment.delivery == "managed" else managed(environment))


def _objects(files: Mapping[str, str], folder: str) -> dict[str, Any]:
    return {
        name.split("/")[1]: yaml.load(text, Loader=yaml.CSafeLoader)
        for name, text in files.items()
        if name.startswith(f"{folder}/")
    }


def test_every_rule_group_is_one_object(files: Mapping[str, str]) -> None:
    """What promtool tests is what is evaluated there: the plain rule file of an object is its ``spec``."""
    objects = _objects(files, "rules")

    assert objects
    assert {one["kind"] for one in objects.values()} == {"ClusterRules"}
    for name, one in objects.items():
        assert yaml.safe_load(plain_rule_file(groups_in(files[f"rules/{name}"]))) == one["spec"]
        assert name == f"{one['metadata']['name']}.yaml"


def test_every_object_fits_the_closed_schema(files: Mapping[str, str]) -> None:
    """Each is accepted, and one with a field more is not."""
    objects = [
        yaml.load(text, Loader=yaml.CSafeLoader) for text in files.values() if "monitoring.googleapis.com" in text
    ]
    kinds = {one["kind"] for one in objects}

    assert kinds == {"ClusterRules", "ClusterPodMonitoring", "OperatorConfig"}
    for one in objects:
        accept(one)


def test_our_alertmanager_gets_the_alerts(files: Mapping[str, str]) -> None:
    """The evaluator sends alerts to the Alertmanager that has our routes, with the environment's name on them."""
    config = yaml.load(files["operatorconfig.yaml"], Loader=yaml.CSafeLoader)
    (alertmanager,) = config["rules"]["alerting"]["alertmanagers"]

    assert (config["metadata"]["name"], config["metadata"]["namespace"]) == ("config", "gmp-public")
    assert alertmanager == {"namespace": "monitoring", "name": "alertmanager", "port": "metrics"}
    assert "environment" in config["rules"]["externalLabels"]
    assert "labels" not in config["metadata"]


def test_nothing_of_the_operator_is_left(files: Mapping[str, str]) -> None:
    """No ServiceMonitor and no PrometheusRule: no operator would read them. Scalers stay."""
    assert not [text for text in files.values() if "monitoring.coreos.com" in text]
    assert _objects(files, "scalers")


@pytest.mark.parametrize(
    ("exporter", "problem"),
    [
        ("kubelet", "asked by https"),
        ("kubelet-volumes", "asked by https"),
        ("prometheus", "reported for ever"),
    ],
)
def test_an_exporter_that_cannot_be_collected_is_refused(wellness: Catalogue, exporter: str, problem: str) -> None:
    """The error names the exporter and what to do."""
    left = tuple(name for name in OWN if name != exporter)

    with pytest.raises(VitalsError, match=problem) as refused:
        render(wellness, managed(wellness.environments["prod"], without=left))

    assert exporter in str(refused.value)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"alert": "Late", "expr": "up == 0", "keep_firing_for": "5m"}, "keep_firing_for"),
        ({"alert": "Late", "expr": "up == 0", "labels": {"namespace": "a"}}, "Late .* namespace is a label that it"),
        ({"record": "a:b:c", "expr": "sum by (location) (up)"}, "location is a label that it overwrites"),
        ({"record": "a:b:c", "expr": "mad_over_time(up[5m])"}, "mad_over_time is newer than its Prometheus"),
    ],
)
def test_a_rule_that_cannot_be_expressed_is_refused_by_name(
    wellness: Catalogue, rule: dict[str, Any], problem: str
) -> None:
    """A field, a label or a function that it does not know: nothing is dropped without a word."""
    plan = compose(wellness, managed(wellness.environments["prod"]))

    with pytest.raises(VitalsError, match=problem):
        list(managed_objects(replace(plan, groups=(RuleGroup("ours.late", "15s", (rule,)),)), {"ours.late": ""}))


def test_a_group_that_cannot_be_expressed_is_refused_by_name() -> None:
    """What a pasted group has beside its interval is unknown there."""
    group = RuleGroup("handwritten.late", "15s", ({"alert": "Late", "expr": "up == 0"},), {"limit": 10})

    with pytest.raises(VitalsError, match=r"'limit' for a group, and handwritten.late has one"):
        _cluster_rules(group, "")


@pytest.mark.parametrize(
    ("rule", "field", "problem"),
    [
        ("expr: up == 0\n    keep_firing_for: 5m", "", r"Late .*: keep_firing_for is a field"),
        ("expr: up == 0", "  limit: 10\n", r"no 'limit' for a group"),
    ],
)
def test_a_pasted_rule_is_refused_where_it_stands(
    wellness: Catalogue, tmp_path: Path, rule: str, field: str, problem: str
) -> None:
    """File, line and rule stand before the reason, as in every other refusal of what people wrote."""
    (tmp_path / "handwritten").mkdir()
    (tmp_path / "handwritten" / "ours.yaml").write_text(
        f"groups:\n- name: ours\n{field}  rules:\n"
        f"  - record: job:up:sum\n    expr: sum(up)\n    labels: {{service: wellness-api}}\n"
        f"  - alert: Late\n    {rule}\n    labels: {{service: wellness-api, severity: warning}}\n"
        "    annotations: {summary: 'at {{ $value }}'}\n",
        encoding="utf-8",
    )
    plan = compose(wellness, managed(wellness.environments["prod"]), tmp_path)
    rule_at = 5 if field else 7  # a field of the group is reported at its first rule

    with pytest.raises(VitalsError, match=rf"^\S*handwritten/ours\.yaml:{rule_at}\b.*: Google's .*{problem}"):
        list(managed_objects(plan, dict.fromkeys((group.name for group in plan.groups), "")))


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("rate(a[5m] anchored)", "anchored"),
        ("a smoothed", "smoothed"),
        ('a{b="c"} smoothed', "smoothed"),
        ("a </ 5", "the operator </"),
        ("rate(a[5m * 2])", "a calculated window"),
        ("max_over_time(a[1h:5m + 1m])", "a calculated window"),
        ("a offset (1h / 2)", "a calculated offset"),
        ('a{b=~"[*/%^(]"} offset -5m # anchored', ""),
        ("sum by (anchored) (a[5m:1m])", ""),
    ],
)
def test_what_is_newer_than_its_prometheus_is_found(expr: str, found: str) -> None:
    """Syntax counts, not a word in a text, a label or a comment."""
    assert newer_than_two(expr) == found


def test_sizes_say_whose_prometheus_it_is(wellness: Catalogue) -> None:
    """Our own Prometheus has a size; one that does not exist has none."""
    own = wellness.environments["prod"]
    theirs = managed(own)

    with pytest.raises(ValueError, match=r"servers\.prometheus and servers\.retention are not given"):
        replace(own, servers=theirs.servers)
    with pytest.raises(ValueError, match=r"servers\.prometheus and servers\.retention are given"):
        replace(theirs, servers=own.servers)
