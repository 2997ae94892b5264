"""Objectives of three tools come down to the same events, and what cannot be said here is refused with its reason."""

from __future__ import annotations

import re

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.slo_events import CountedEvents, events_of
from vitals.kit.imports.slo_found import SourceObjective
from vitals.kit.imports.slo_source import read_objectives

SLOTH = """
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5..|429"}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
"""
SLOTH_OBJECT = """
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
spec:
  service: shop
  slos:
    - name: availability
      objective: 99.9
      sli:
        events:
          errorQuery: sum(rate(http_requests_total{job="shop",code=~"5..|429"}[{{.window}}])) or vector(0)
          totalQuery: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
"""
OPENSLO = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: answered}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource: {type: Prometheus, spec: {query: 'http_requests_total{job="shop",code!~"5..|429"}'}}
    total:
      metricSource: {type: Prometheus, spec: {query: 'http_requests_total{job="shop"}'}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  indicatorRef: answered
  budgetingMethod: Occurrences
  timeWindow: [{duration: 28d, isRolling: true}]
  objectives: [{target: 0.999}]
"""
PYRRA = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: availability}
spec:
  target: "99.9"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{job="shop",code=~"5..|429"}'}
      total: {metric: 'http_requests_total{job="shop"}'}
"""


@pytest.mark.parametrize("text", [SLOTH, SLOTH_OBJECT, OPENSLO, PYRRA], ids=["sloth", "object", "openslo", "pyrra"])
def test_every_tool_says_the_same(text: str) -> None:
    """One metric, one condition of failure, one percentage, whatever the tool calls them."""
    (objective,) = read_objectives("slo.yaml", text.encode()).objectives

    assert objective.percent == "99.9"
    assert events_of(objective) == CountedEvents("http_requests_total", {}, ({"code": "~5..|429"},), target="shop")


def test_a_latency_is_a_bound_of_a_histogram() -> None:
    """Sloth subtracts the fast from all; pyrra names them. Both mean the bucket."""
    subtracted = SourceObjective(
        "latency",
        "shop",
        "slo.yaml:1",
        "99",
        total='sum(rate(http_duration_seconds_count{verb!="WATCH"}[5m]))',
        bad='(sum(rate(http_duration_seconds_count{verb!="WATCH"}[5m])) - '
        'sum(rate(http_duration_seconds_bucket{le="0.4",verb!="WATCH"}[5m])))',
    )
    named = SourceObjective(
        "latency",
        "shop",
        "slo.yaml:1",
        "99",
        total='http_duration_seconds_count{verb!="WATCH"}',
        good='http_duration_seconds_bucket{verb!="WATCH",le="0.4"}',
    )

    assert (
        events_of(subtracted)
        == events_of(named)
        == CountedEvents("http_duration_seconds_count", {"verb": "!WATCH"}, (), 0.4)
    )


def test_a_ratio_is_parted() -> None:
    """A share that is one query over another says the same as the two."""
    raw = SourceObjective("a", "shop", "", "99", ratio='sum(rate(a{code="5"}[5m])) / sum(rate(a[5m]))')

    assert events_of(raw) == CountedEvents("a", {}, ({"code": "5"},))


@pytest.mark.parametrize(
    ("total", "bad", "says"),
    [
        ("sum(rate(a[5m]))", "sum(rate(b[5m]))", "one metric that says both"),
        ("sum(rate(a[5m]))", "sum(rate(a[5m]))", "are all events"),
        ("sum(rate(a[5m])) * 2", 'sum(rate(a{c="5"}[5m]))', "one metric with matchers"),
        ("max(rate(a[5m]))", 'max(rate(a{c="5"}[5m]))', "events are summed"),
        ("sum(rate(a[5m])", 'sum(rate(a{c="5"}[5m]))', "not PromQL"),
        ("", "up", "no query of all events"),
    ],
)
def test_events_that_cannot_be_said_are_refused(total: str, bad: str, says: str) -> None:
    """The reason names the shape that stands in the way."""
    with pytest.raises(VitalsError, match=says):
        events_of(SourceObjective("a", "shop", "", "99", total=total, bad=bad))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SLOTH.replace("events:", "plugin:"), "plugin of sloth"),
        (OPENSLO.replace("budgetingMethod: Occurrences", "budgetingMethod: Timeslices"), "count events"),
        (OPENSLO.replace("indicatorRef: answered", "indicatorRef: other"), "is not in this file"),
        (OPENSLO.replace("ratioMetric", "thresholdMetric"), "threshold over a value"),
        (PYRRA.replace("ratio:", "bool_gauge:"), "bool_gauge"),
        (PYRRA.replace('"99.9"', "often"), "not a number"),
    ],
)
def test_an_objective_of_another_kind_is_named(text: str, says: str) -> None:
    """It is left with its reason and its line, and nothing is guessed."""
    found = read_objectives("slo.yaml", text.encode())

    assert found.objectives == []
    (note,) = found.left
    assert says in note.why
    assert note.where.startswith("slo.yaml:")


_SLO = "  - name: availability"


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (SLOTH.split("    sli:", maxsplit=1)[0], "slo.yaml:5", "it has no sli.*Write sli.events with"),
        (SLOTH.replace("events:", "evnts:"), "slo.yaml:5", "its sli has evnts"),
        (
            SLOTH.split("      events:", maxsplit=1)[0] + "      events: errors\n",
            "slo.yaml:5",
            "slo.yaml:8: 'events' is not a map",
        ),
        (SLOTH.replace("objective: 99.9", "target: 99.9"), "slo.yaml:5", "it has no objective"),
        (SLOTH.replace("99.9", "1e999999"), "slo.yaml:5", "not a percentage"),
        (SLOTH.replace("99.9", ".nan"), "slo.yaml:5", "not a number"),
        (SLOTH.replace("99.9", "NaN"), "slo.yaml:5", "not a percentage"),
        (SLOTH.split(_SLO, maxsplit=1)[0] + "  - availability\n", "slo.yaml:5", "an objective is not a map"),
        (SLOTH.split("slos:", maxsplit=1)[0] + "slos:\n", "slo.yaml:2", "it has no slos"),
        (SLOTH.split("slos:", maxsplit=1)[0] + "slos: {a: 1}\n", "slo.yaml:2", "slo.yaml:4: 'slos' is not a list"),
        (SLOTH.replace("prometheus/v1", "prometheus/v2"), "slo.yaml:2", "version 'prometheus/v2', and prometheus/v1"),
        (SLOTH_OBJECT.split("  slos:", maxsplit=1)[0], "slo.yaml:2", "it has no slos"),
        (SLOTH_OBJECT.replace("sloth.slok.dev", "other.dev"), "slo.yaml:2", "of other.dev/v1, and one of sloth"),
        (PYRRA.split("  indicator:", maxsplit=1)[0], "slo.yaml:2", "it has no indicator"),
        (PYRRA.replace("pyrra.dev", "other.dev"), "slo.yaml:2", "of other.dev/v1alpha1, and one of pyrra"),
        (PYRRA.split("  target", maxsplit=1)[0].replace("spec:", "spec: []"), "slo.yaml:2", "'spec' is not a map"),
        (OPENSLO.replace("[{target: 0.999}]", "[]"), "slo.yaml:13", "it has no objectives"),
        (OPENSLO.replace("target: 0.999", "name: a"), "slo.yaml:21", "it has no target"),
        (OPENSLO.replace("  indicatorRef: answered\n", ""), "slo.yaml:20", "it has no indicator"),
        (OPENSLO.replace("openslo/v1\nkind: SLO", "n9/v1alpha\nkind: SLO"), "slo.yaml:13", "of n9/v1alpha"),
    ],
)
def test_a_part_that_is_missing_or_misread_is_named(text: str, where: str, says: str) -> None:
    """By its line and for what it is, and not for something else that it might be."""
    found = read_objectives("slo.yaml", text.encode())

    assert found.objectives == []
    (note,) = found.left
    assert re.search(says, note.why), note
    assert note.where == where


def test_one_broken_objective_costs_no_other() -> None:
    """Those before and behind it are read."""
    entry = SLOTH.split("slos:\n")[1]
    broken = entry.replace("99.9", "often").replace("availability", "second")
    text = f"{SLOTH}{broken}{entry.replace('availability', 'third')}"

    found = read_objectives("slo.yaml", text.encode())

    assert [one.name for one in found.objectives] == ["availability", "third"]
    assert [(note.where, note.what) for note in found.left] == [("slo.yaml:11", "objective second")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f"{SLOTH}    alerting: {{page_alert: {{disable: true}}}}\n    labels: {{a: b}}\n",
            "alerting and labels: an obj",
        ),
        (f"labels: {{team: a, tier: '1'}}\n{SLOTH}", "its labels: an objective"),
        (f"{SLOTH}    plugins: {{chain: [{{id: denominator}}]}}\n", "its plugins: what they change"),
        (f"slo_plugins: {{chain: []}}\n{SLOTH}", "its plugins: what they change"),
        (
            PYRRA.replace("    ratio:", "    ratio:\n      grouping: [route]"),
            "its grouping: it is an objective of each",
        ),
        (f"{PYRRA}  alerting: {{name: Burns}}\n", "its alerting: an objective"),
        (f"{OPENSLO}  alertPolicies: [page]\n", "its alertPolicies: an objective"),
        (OPENSLO.replace("0.999}", "0.999, compositeWeight: 2}"), "its compositeWeight: objectives stand for them"),
        (OPENSLO.replace("isRolling: true", "isRolling: false"), "with each new calendar window there"),
        (f"{OPENSLO}---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {{name: page}}\n", "left out: who is"),
    ],
)
def test_what_has_no_place_here_is_named(text: str, says: str) -> None:
    """The objective is taken without it, and the report says so."""
    found = read_objectives("slo.yaml", text.encode())

    assert len(found.objectives) == 1
    (note,) = found.changed
    assert says in note.why
    assert note.where.startswith("slo.yaml:")


def test_labels_that_name_the_owner_are_read() -> None:
    """Nothing of them is left out."""
    found = read_objectives("slo.yaml", f"labels: {{team: a}}\n{SLOTH}".encode())

    assert [one.owner for one in found.objectives] == ["a"]
    assert found.changed == []


def test_a_composite_reads_the_indicator_of_each_objective() -> None:
    """Written or named there, in the words of either version; that of the SLO serves the others."""
    own = OPENSLO.replace("  indicatorRef: answered\n", "").replace(
        "{target: 0.999}", "{target: 0.999, indicatorRef: answered}"
    )
    newer = OPENSLO.replace("openslo/v1", "openslo.com/v2alpha").replace("indicatorRef", "sliRef")

    for text in (own, newer):
        (objective,) = read_objectives("slo.yaml", text.encode()).objectives
        assert events_of(objective).target == "shop"


def test_a_share_of_good_events_is_parted_too() -> None:
    """OpenSLO says of a raw query which of the two it is."""
    raw = """ratioMetric: {rawType: success, raw: {metricSource: {spec: {query: 'a{code="2"} / a'}}}}"""
    text = f"{OPENSLO.split('  ratioMetric', maxsplit=1)[0]}  {raw}\n---{OPENSLO.split('---')[1]}"

    (objective,) = read_objectives("slo.yaml", text.encode()).objectives

    assert events_of(objective) == CountedEvents("a", {}, ({"code": "!2"},))


@pytest.mark.parametrize("window", ["{{.window}}", "{{ .window }}", "$__rate_interval", "${window}", "5m"])
def test_a_window_may_be_filled_in_and_nothing_else(window: str) -> None:
    """Any window does; a label value that is not known yet would be taken for one."""
    bad = 'sum(rate(a{code="5"}[WINDOW]))'.replace("WINDOW", window)

    assert events_of(SourceObjective("a", "shop", "", "99", total="sum(rate(a[5m]))", bad=bad)).series == "a"
    for filled in ("{{ .codes }}", "${codes}", "$codes"):
        with pytest.raises(VitalsError, match="which is filled in elsewhere"):
            events_of(SourceObjective("a", "shop", "", "99", total="a", bad=f'a{{code=~"{filled}"}}'))


def test_a_file_that_is_not_yaml_is_corrected_first() -> None:
    """It was to hold objectives, so nothing is said of rules."""
    with pytest.raises(VitalsError, match=r"slo\.yaml:2 cannot be read.*Correct that line first") as said:
        read_objectives("slo.yaml", b"{ not yaml\n")
    assert "groups" not in str(said.value)


def test_a_file_without_objectives_is_refused() -> None:
    """Another file was meant."""
    with pytest.raises(VitalsError, match="holds no objective"):
        read_objectives("slo.yaml", b"groups: []")
