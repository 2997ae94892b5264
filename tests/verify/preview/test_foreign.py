"""A dashboard for metrics that nothing declares: which series its queries and its variables ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vitals.local.draw.window import choose_window
from vitals.local.pictures.files import DashboardFile, chosen
from vitals.verify.preview.foreign import MadeUp, made_up
from vitals.verify.preview.label_values import ENTITIES
from vitals.verify.preview.synthetic import SyntheticPlatform, by_series
from vitals.verify.query_cost.count import END
from vitals.verify.query_cost.synthetic import SyntheticJob
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

from .conftest import panel

WINDOW = choose_window(END - 3600, END, width=1400)
ASKED = Metric("asked_total", MetricType.COUNTER, Unit.COUNT, "Asked.", (Label("route", "Route.", 2),))
PLATFORM = SyntheticPlatform([SyntheticJob("api", 15.0, 2, [ASKED])], [])
Labels = dict[str, str]


def _file(
    folder: Path, *queries: str, legend: str = "", variables: list[dict[str, Any]] | None = None
) -> DashboardFile:
    targets = [{"refId": chr(65 + n), "expr": query, "legendFormat": legend} for n, query in enumerate(queries)]
    content = {
        "panels": [panel(1, "timeseries", (0, 0, 12, 8), targets=targets)],
        "templating": {"list": variables or []},
    }
    path = folder / "theirs.json"
    path.write_text(json.dumps(content))
    return chosen([str(path)], folder)[0]


def _made(file: DashboardFile, platform: SyntheticPlatform = PLATFORM) -> MadeUp:
    return made_up(platform, [file], WINDOW)


def _series(made: MadeUp, name: str) -> list[Labels]:
    return [dict(pairs) for job in made.platform.jobs for found, pairs in job.series({name}) if found == name]


def _query(name: str, query: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "type": "query", "query": query, **more}


def test_labels_are_those_of_matchers_groupings_and_legends(tmp_path: Path) -> None:
    """As many series as entities, each with one value of each label; what is spelt out is there."""
    file = _file(
        tmp_path, 'sum by (queue) (rate(jobs{state="done", host=~".+"}[5m]))', 'depth{queue!="q"}', legend="{{zone}}"
    )
    made = _made(file)

    assert [one["queue"] for one in _series(made, "jobs")] == [f"queue-{n}" for n in range(1, ENTITIES + 1)]
    assert {frozenset(one) for one in _series(made, "jobs")} == {frozenset({"state", "host", "queue"})}
    assert {one["state"] for one in _series(made, "jobs")} == {"done"}
    assert [one["zone"] for one in _series(made, "depth")] == ["zone-1", "zone-2", "zone-3"]
    assert made.metrics == {"theirs": ["depth", "jobs"]}
    assert made.files[0].note.startswith("made up of the queries for 2 metrics")


def test_each_value_that_is_spelt_out_is_found(tmp_path: Path) -> None:
    """By equality, in a list of alternatives and by a pattern, and something else where one is left out."""
    made = _made(_file(tmp_path, 'hits{code="200"}', 'hits{code=~"404|5.."}', 'hits{code!="200", kind="a"}'))

    assert {one["code"] for one in _series(made, "hits")} == {"200", "404", "503"}
    assert any(one["code"] != "200" and one["kind"] == "a" for one in _series(made, "hits"))


def test_a_histogram_has_the_bounds_that_are_asked_for(tmp_path: Path) -> None:
    """Beside the usual ones, with a sum and a count; a metric whose increase is asked for is a counter."""
    asked = 'rate(wait_seconds_bucket{le="0.3"}[5m])'
    made = _made(_file(tmp_path, asked, "histogram_quantile(0.9, rate(wait_seconds_bucket[5m]))", "increase(sold[1h])"))
    kinds = by_series(made.platform.jobs)

    assert {"0.3", "0.1", "+Inf"} < {one["le"] for one in _series(made, "wait_seconds_bucket")}
    assert len(_series(made, "wait_seconds_count")) == 1
    assert (kinds["wait_seconds_sum"].type, kinds["sold"].type) == (MetricType.HISTOGRAM, MetricType.COUNTER)


def test_variables_find_values_that_queries_find_again(tmp_path: Path) -> None:
    """One of a single choice has one value; of another name, or in part, it is the same in every metric."""
    variables = [
        _query("zone", "label_values(node_info, zone)"),
        _query("host", 'label_values(node_info{zone="$zone"}, instance)', regex="/(.*):.*/", includeAll=True),
        _query("shard", "label_values(db_up, pod)", includeAll=True, allValue="db-[0-9]+"),
    ]
    made = _made(_file(tmp_path, 'load{site="$zone", node=~"$host:.*"}', 'db_up{pod=~"$shard"}', variables=variables))
    hosts = [one["instance"] for one in _series(made, "node_info")]

    assert {one["zone"] for one in _series(made, "node_info")} == {one["site"] for one in _series(made, "load")}
    assert len(hosts) == ENTITIES
    assert [one["node"].split(":")[0] for one in _series(made, "load")] == [one.split(":")[0] for one in hosts]
    assert [one["pod"] for one in _series(made, "db_up")] == ["db-0", "db-1", "db-2"]


def test_a_join_meets_one_series(tmp_path: Path) -> None:
    """Both sides have what is matched on, and the one side has it once, whatever else it has."""
    joined = "cpu * on (pod) group_left (node) placed"
    variables = [_query("pod", "label_values(placed, pod)")]
    made = _made(_file(tmp_path, joined, 'placed{pod="$pod", node=~".+"}', variables=variables))

    assert {one["pod"] for one in _series(made, "cpu")} == {"pod-1"}
    assert len(_series(made, "placed")) == 1


def test_a_comparison_keeps_what_it_compares(tmp_path: Path) -> None:
    """A gauge has the value that is asked for."""
    made = _made(_file(tmp_path, 'phase{phase="Lost"} == 7'))
    kinds = by_series(made.platform.jobs)

    assert getattr(kinds["phase"], "level", None) == 7


def test_what_is_declared_is_drawn_as_it_is_declared(tmp_path: Path) -> None:
    """Nothing is made for a dashboard that reads nothing else, and for a rendered one."""
    own = _file(tmp_path, 'sum by (route) (rate(asked_total{service="api"}[5m]))')

    assert _made(own).platform is PLATFORM
    assert _made(own).files[0].note == ""


def test_a_declared_metric_beside_unknown_ones_is_made_with_them(tmp_path: Path) -> None:
    """Of the kind that is declared, and only once: half of a join from elsewhere would meet nothing."""
    made = _made(_file(tmp_path, "rate(asked_total[5m]) / on (route) limit"))

    assert [one["route"] for one in _series(made, "asked_total")] == ["route-1", "route-2", "route-3"]
    assert made.metrics == {"theirs": ["limit"]}
