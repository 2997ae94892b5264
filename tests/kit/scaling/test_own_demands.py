"""A service may be scaled by what a metric of its own counts, if that is a load."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from vitals.kit.scaling import scaled_object, scalers
from vitals.local.tools import find
from vitals.model.catalog import (
    Autoscaling,
    Catalogue,
    Demand,
    OwnDemand,
    Scaling,
    Service,
    assumed,
    counter,
    gauge,
    histogram,
    own,
)
from vitals.render import compose

METRICS = (
    gauge("import_files", "Files by state.", labels={"state": ("waiting", "read")}),
    counter("pages_read", "Pages."),
    gauge("disk_full", "Share.", unit="ratio"),
    histogram("read_seconds", "Time.", buckets="native"),
)
FILES = own("import_files", "waiting files", each_has_all=True, state="waiting")
PAGES = own("pages_read", "pages a second")
GUESS = assumed(20, "A file takes three seconds.")


def _importer(*demands: OwnDemand | Demand) -> Service:
    return Service(
        name="importer",
        owner="platform",
        description="Reads the files that members upload.",
        replicas=2,
        metrics=METRICS,
        scaling=Scaling(on=dict.fromkeys(demands, GUESS), min_replicas=2, max_replicas=12),
    )


@pytest.mark.parametrize(
    ("demand", "complaint"),
    [
        (own("import_fils", "files"), r"import_fils, which is not among.*Declare it in metrics"),
        (own("disk_full", "disks"), "in ratio: twice the users"),
        (own("read_seconds", "reads"), "a native histogram, which is not a load"),
        (own("import_files", "files", stat="waiting"), "by stat, a label that it does not have"),
    ],
)
def test_a_metric_that_says_no_load_is_refused(demand: OwnDemand, complaint: str) -> None:
    """The message says what would happen, and what to name instead."""
    with pytest.raises(ValidationError, match=complaint):
        _importer(demand)


def test_demands_of_one_name_are_refused() -> None:
    """A trigger is called by the unit of its demand, and the autoscaler knows it by that name."""
    with pytest.raises(ValidationError, match="two demands are called files"):
        _importer(own("import_files", "files"), own("pages_read", "files"))


def test_it_is_a_trigger_like_the_others(wellness: Catalogue) -> None:
    """Its query and threshold stand in the object that KEDA reads, in every environment that has an autoscaler."""
    prod = wellness.environments["prod"]
    assert isinstance(prod.autoscaling, Autoscaling)
    plan = compose(replace(wellness, services=(*wellness.services, _importer(FILES, PAGES))), prod)
    (scaler,) = (one for one in plan.scalers if one.service == "importer")
    made: Any = scaled_object(scaler, prod.autoscaling)
    triggers = {one["name"]: one["metadata"] for one in made["spec"]["triggers"] if one["type"] == "prometheus"}

    assert {"waiting-files", "pages-a-second"} <= triggers.keys()
    assert 'import_files{service="importer", state="waiting"}' in triggers["waiting-files"]["query"]
    assert triggers["waiting-files"]["threshold"] == "15"
    assert made["metadata"]["annotations"]["vitals/waiting-files-per-replica"].startswith("15 waiting files: 75%")


@pytest.mark.rules
def test_what_the_queries_say(wellness: Catalogue, tmp_path: Path) -> None:
    """Two replicas that see one table of forty files have forty to do; what each counts for itself is added up."""
    prod = wellness.environments["prod"]
    (scaler,) = scalers([_importer(FILES, own("import_files", "read files", state="read"), PAGES)], prod)
    asked = {trigger.demand.value: trigger.query.text for trigger in scaler.triggers}
    of = ['service="importer", job="importer", instance="a"', 'service="importer", job="importer", instance="b"']
    series = [{"series": f'import_files{{state="waiting", {one}}}', "values": "40x40"} for one in of]
    series += [{"series": f'import_files{{state="read", {one}}}', "values": "3x40"} for one in of]
    series.append({"series": 'service:up:avg{service="importer"}', "values": "1x40"})
    labels = '{service="importer"}'
    expected = {"waiting-files": 40, "read-files": 6, "pages-a-second": 0}
    test = {
        "interval": "15s",
        "input_series": series,
        "promql_expr_test": [
            {"expr": asked[name], "eval_time": "5m", "exp_samples": [{"labels": labels, "value": value}]}
            for name, value in expected.items()
        ],
    }
    document = tmp_path / "test.yaml"
    document.write_text(yaml.safe_dump({"evaluation_interval": "15s", "tests": [test]}))
    done = subprocess.run([find("promtool"), "test", "rules", document], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
