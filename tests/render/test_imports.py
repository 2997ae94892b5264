"""Three samples as teams have theirs: at least 95 % of panels and rules hold here, and the rest is named.

They are judged against the demo's catalogue, in all of its environments, by the code that renders.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.dashboard import brought_dashboard
from vitals.kit.imports.panels import BroughtDashboard
from vitals.kit.imports.rule_source import read_rules
from vitals.model.catalog import Catalogue
from vitals.model.conventions import Severity
from vitals.render import Plan, compose, files_of
from vitals.render.imported_dashboards import QueryJudge, imported, require_shown, shown_in, why_not
from vitals.render.imported_rules import RuleJudge
from vitals.rendered import RenderedModel, names

SAMPLES = Path(__file__).parent.parent / "kit" / "imports" / "samples"
LEAST_SHARE = 0.95
DASHBOARDS = {"hosts.json": (20, 1), "shop-2017.json": (10, 0)}
"""Each sample with its panels, and how many of them cannot be taken."""


@pytest.fixture(scope="module")
def all_plans(wellness: Catalogue) -> list[Plan]:
    """Every environment of the demo."""
    return [compose(wellness, one) for one in wellness.environments.values()]


@pytest.fixture(scope="module")
def judge(wellness: Catalogue, all_plans: list[Plan]) -> QueryJudge:
    """What exists in them."""
    return QueryJudge(wellness, all_plans)


def _brought(sample: str, judge: QueryJudge) -> BroughtDashboard:
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    judge.learn(text)
    return brought_dashboard(json.loads(text), lambda path: "/".join(map(str, path)), judge)


@pytest.mark.parametrize("sample", DASHBOARDS)
def test_nearly_all_panels_are_taken_and_the_rest_is_named(sample: str, judge: QueryJudge) -> None:
    """Inputs, rows, repeats, overrides, transformations, library panels and Angular are taken; logs are left."""
    total, lost = DASHBOARDS[sample]
    found = _brought(sample, judge)

    assert found.total == total
    assert len(found.panels) == total - lost
    assert len(found.panels) >= LEAST_SHARE * total
    assert len(found.left) == lost
    assert all(note.where and note.what and note.why for note in found.left)


def test_nearly_all_rules_are_taken_and_the_rest_is_named(wellness: Catalogue, all_plans: list[Plan]) -> None:
    """Records that alerts read, other words for severities, templates and labels of other clusters are taken."""
    source = read_rules("fleet-rules.yaml", (SAMPLES / "fleet-rules.yaml").read_bytes())
    rules = [rule for group in source.groups for rule in group.rules]

    judged = RuleJudge(wellness, all_plans).judge(rules, "", Severity.WARNING)

    assert source.left == []
    assert len(judged.taken) >= LEAST_SHARE * len(rules)
    assert [(note.what, note.where) for note in judged.left] == [("alert RaidDegraded", "fleet-rules.yaml:144")]
    assert "node_md_disks_required" in judged.left[0].why
    labels = {rule.name: held.content["labels"] for rule, held in judged.taken.items()}
    assert labels["HostMemoryShort"] == {"service": "node", "severity": "critical", "team": "infra"}
    expected = "with $labels.cluster"
    (short,) = [held for rule, held in judged.taken.items() if rule.name == "HostMemoryShort"]
    assert expected in str(short.content["annotations"])


OF_A_CLUSTER = """
groups:
  - name: workloads
    rules:
      - record: workload:pods:count
        labels: {workload_type: deployment}
        expr: max by (namespace, deployment) (kube_deployment_spec_replicas{job="kube-state-metrics"})
      - record: workload:pods:count
        labels: {workload_type: autoscaled}
        expr: max by (namespace) (kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics"})
      - alert: ContainerNearLimit
        expr: |
          container_memory_working_set_bytes{job="kubelet", metrics_path="/metrics/cadvisor", container!=""}
            / container_spec_memory_limit_bytes{job="kubelet", metrics_path="/metrics/cadvisor"} > 0.9
      - alert: VolumeNearlyFilled
        expr: kubelet_volume_stats_available_bytes{job="kubelet", metrics_path="/metrics"} < 1e6
        annotations:
          summary: >-
            {{ $value }} of {{ with printf `kubelet_volume_stats_capacity_bytes{job="kubelet",metrics_path="/metrics",
            persistentvolumeclaim="%s"}` $labels.persistentvolumeclaim | query }}{{ . | first | value }}{{ end }}
      - alert: ManyWorkloads
        expr: count by (workload_type) (workload:pods:count{deployment!="x"}) > 99
      - alert: ApiServerDown
        expr: sum(rate(apiserver_request_total{job="apiserver"}[5m])) == 0
"""


def test_rules_of_a_cluster_are_taken_as_they_are_scraped_here(wellness: Catalogue, all_plans: list[Plan]) -> None:
    """A kubelet is two jobs here, a record may be written by several rules, and what is not scraped is named."""
    source = read_rules("cluster.yaml", OF_A_CLUSTER.encode())
    rules = [rule for group in source.groups for rule in group.rules]

    judged = RuleJudge(wellness, all_plans).judge(rules, "", Severity.WARNING)

    taken = {rule.name: str(held.content["expr"]) for rule, held in judged.taken.items()}
    assert len(judged.taken) == len(rules) - 1
    assert "metrics_path" not in " ".join(taken.values())
    assert 'job="kubelet-volumes"' in taken["VolumeNearlyFilled"]
    (filled,) = [held for rule, held in judged.taken.items() if rule.name == "VolumeNearlyFilled"]
    assert '{job="kubelet-volumes",persistentvolumeclaim="%s"}' in str(filled.content["annotations"])
    (left,) = judged.left
    assert (left.what, "apiserver_request_total" in left.why) == ("alert ApiServerDown", True)


@pytest.mark.parametrize("sample", DASHBOARDS)
def test_what_was_taken_depends_on_no_other_grafana(sample: str, judge: QueryJudge) -> None:
    """No input, no id of a database, no data source but the variable, no variable that is not declared or not used."""
    content = _brought(sample, judge).content
    text = json.dumps(content)

    assert not {"__inputs", "__requires", "__elements", "id", "version", "rows", "libraryPanel"} & content.keys()
    assert "DS_PROMETHEUS" not in text
    assert "libraryPanel" not in text
    sources = {json.dumps(target["datasource"]) for panel in _panels(content) for target in panel.get("targets", [])}
    assert sources == {'{"type": "prometheus", "uid": "${datasource}"}'}
    ids = [panel["id"] for panel in _panels(content)]
    assert len(ids) == len(set(ids))


def test_bringing_it_twice_changes_nothing(judge: QueryJudge) -> None:
    """What is written here is a form of its own: importing it again leaves every panel as it is."""
    once = _brought("hosts.json", judge)
    again = brought_dashboard(copy.deepcopy(once.content), lambda _: "", judge)

    assert again.content == once.content
    assert again.left == []


def test_an_environment_shows_what_it_has(judge: QueryJudge, all_plans: list[Plan]) -> None:
    """A panel whose series an environment lacks is left out there, and so is a dashboard without any panel."""
    content = _brought("hosts.json", judge).content
    shown = {plan.environment.name: shown_in([content], plan) for plan in all_plans}

    with_node = {plan.environment.name for plan in all_plans if "node_load1" in plan.vocabulary}
    assert {name for name, found in shown.items() if found} == with_node
    assert with_node
    for plan in all_plans:
        for dashboard in shown[plan.environment.name].values():
            queries = [str(t["expr"]) for panel in _panels(dashboard) for t in panel.get("targets", [])]
            assert queries
            assert not any(why_not(query, plan.vocabulary) for query in queries)
            assert dashboard["tags"][:2] == ["vitals", plan.environment.name]


def test_an_environment_without_the_series_shows_none_of_it(judge: QueryJudge, all_plans: list[Plan]) -> None:
    """Where the node exporter is not scraped there is no such dashboard, and that is not an error."""
    content = _brought("hosts.json", judge).content
    (plan, *_) = all_plans
    vocabulary = {name: one for name, one in plan.vocabulary.items() if not name.startswith("node_")}
    without = replace(plan, vocabulary=vocabulary, jobs=tuple(job for job in plan.jobs if job.name != "node"))

    assert shown_in([content], plan)
    assert shown_in([content], without) == {}


def test_it_is_rendered_like_any_other(judge: QueryJudge, all_plans: list[Plan]) -> None:
    """File and model of an environment have it, and each of its queries may be empty for a reason that is said."""
    plan = next(plan for plan in all_plans if "node_load1" in plan.vocabulary)
    content = _brought("shop-2017.json", judge).content

    files = files_of(plan, [content])

    model = RenderedModel.model_validate_json(files[names.MODEL])
    panels = [panel for panel in model.panels if panel.uid == content["uid"]]
    assert names.dashboard_file(str(content["uid"])) in files
    assert len(panels) == DASHBOARDS["shop-2017.json"][0]
    assert {reason for panel in panels for reason in panel.empty_reasons} == {
        "imported: nothing here says whether it has data"
    }


def test_a_panel_that_no_environment_can_show_is_refused(judge: QueryJudge, all_plans: list[Plan]) -> None:
    """A metric that is gone takes no panel along without a word."""
    content = _brought("hosts.json", judge).content
    require_shown([content], all_plans)
    broken = json.loads(json.dumps(content).replace("node_timex_sync_status", "node_clock_synchronised"))

    with pytest.raises(VitalsError, match="panel 'Clock synchronised': no environment can show it"):
        require_shown([broken], all_plans)


def test_two_dashboards_of_one_name_are_refused(judge: QueryJudge, all_plans: list[Plan]) -> None:
    """An imported dashboard never takes the place of one that is built here."""
    content = {**_brought("shop-2017.json", judge).content, "title": "Overview"}

    with pytest.raises(VitalsError, match="has the uid or the title of 'vitals-overview'"):
        files_of(all_plans[0], [content])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", "{", "is not JSON"),
        ("a.json", "[]", "holds no dashboard"),
        ("a.json", '{"panels": [], "uid": "b", "tags": ["imported"]}', "its uid is not its name"),
        ("a.json", '{"panels": [], "uid": "a", "tags": []}', "lacks the tag"),
    ],
)
def test_a_file_that_was_not_imported_is_refused(name: str, text: str, says: str, tmp_path: Path) -> None:
    """An export that is copied there by hand is named, with the command that brings it in."""
    (tmp_path / name).write_text(text)

    with pytest.raises(VitalsError, match=says):
        imported(tmp_path)


def test_what_stands_among_the_panels_and_is_none_is_named(judge: QueryJudge) -> None:
    """The panels beside it are taken."""
    panel = {"type": "stat", "title": "Load", "targets": [{"refId": "A", "expr": "node_load1"}]}
    whole = {"title": "Hosts", "panels": [None, 7, panel, "a text"]}

    found = brought_dashboard(whole, lambda path: "/".join(map(str, path)), judge)

    assert (found.total, len(found.panels)) == (3, 1)
    assert [(note.where, note.why) for note in found.left] == [
        ("panels/1", "it is '7', and no panel"),
        ("panels/3", "it is 'a text', and no panel"),
    ]


def test_the_v2_schema_is_refused(judge: QueryJudge) -> None:
    """The message says how to export what can be read."""
    with pytest.raises(VitalsError, match=r"v2 schema.*'Classic'"):
        brought_dashboard({"elements": {}, "layout": {}, "title": "x"}, lambda _: "x.json:1", judge)


def _panels(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for panel in content["panels"] for one in (panel, *panel.get("panels", ()))]
