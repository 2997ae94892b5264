"""The deploy mark, evaluated by the real Prometheus engine: true for a new revision, not for a restart."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.kit.dashboards import chart_annotations
from vitals.local.tools import find

pytestmark = pytest.mark.rules

_LABELS = 'service="api", instance="{}", version="1.{}", revision="{}"'


def _series(instance: str, revision: str, values: str) -> dict[str, str]:
    return {"series": f"app_build_info{{{_LABELS.format(instance, revision, revision)}}}", "values": values}


def _mark(revision: str) -> dict[str, Any]:
    return {"labels": f'{{service="api", version="1.{revision}", revision="{revision}"}}', "value": 1}


def test_only_a_new_revision_is_marked(tmp_path: Path) -> None:
    """Revision b replaces a after 20 minutes, and a comes back after 40: both are marked, for two minutes.

    Values are one per minute. At 10 minutes one replica of a restarts under a new instance: that is not a deploy.
    """
    lives = [
        _series("one", "a", "1x9 stale"),
        _series("two", "a", "_x10 1x9 stale"),
        _series("three", "b", "_x20 1x19 stale"),
        _series("four", "a", "_x40 1x20"),
    ]
    expected = {
        "1m": [_mark("a")],
        "9m": [],
        "11m": [],
        "19m": [],
        "21m": [_mark("b")],
        "23m": [],
        "41m": [_mark("a")],
        "43m": [],
    }
    expr = chart_annotations.deploys({"service": "api"})["expr"]
    checks = [{"expr": expr, "eval_time": time, "exp_samples": found} for time, found in expected.items()]
    file = tmp_path / "deploys.yaml"
    file.write_text(yaml.safe_dump({"tests": [{"interval": "1m", "input_series": lives, "promql_expr_test": checks}]}))
    ran = subprocess.run(
        [str(find("promtool")), "test", "rules", str(file)], check=False, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
