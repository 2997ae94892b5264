"""When a forecast counts for a scaler: evaluated by the real Prometheus, over what the foresight service exports."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.foresight.service.exposition import STRATEGY
from vitals.kit.scaling import load_to_come, scalers
from vitals.kit.scaling.predicted import LEAD, SHARE, STALE_S
from vitals.local.tools import find
from vitals.model.catalog import Catalogue, Demand

pytestmark = pytest.mark.rules

NOW_S = 1200
STEP_S = 15
RISING = 90.0
"""Requests a second that are to come."""


def _said(
    value: float = RISING,
    *,
    coverage: float | None = 0.9,
    age_s: float = 70.0,
    about: Mapping[str, str] | None = None,
    instance: str = "foresight-0",
    goes: bool = False,
) -> Iterator[dict[str, str]]:
    """What one process says of one demand; ``goes`` ends its series two minutes before now."""
    labels = {
        "service": "foresight",
        "job": "foresight",
        "instance": instance,
        "anomaly_strategy": STRATEGY,
        "anomaly_service": "wellness-api",
        "anomaly_name": "demand.requests",
        "anomaly_type": "resource",
        **(about or {}),
    }
    rows = NOW_S // STEP_S - 8
    course = f"{{0}}x{rows} stale" if goes else f"{{0}}x{rows + 8}"
    for name, number, more in (
        ("forecast_value", value, {"horizon": LEAD, "quantile": SHARE}),
        ("forecast_value", value / 2, {"horizon": LEAD, "quantile": "0.5"}),
        ("forecast_value", value * 2, {"horizon": "1h", "quantile": SHARE}),
        ("forecast_coverage_ratio", coverage, {"horizon": LEAD}),
        ("forecast_timestamp_seconds", NOW_S - age_s, {}),
    ):
        if number is not None:
            of = ", ".join(f'{label}="{text}"' for label, text in {**labels, **more}.items())
            yield {"series": f"{name}{{{of}}}", "values": course.format(number)}


CASES: Mapping[str, tuple[list[dict[str, str]], float]] = {
    "right and fresh": ([*_said()], RISING),
    "as right as it must be": ([*_said(coverage=0.8)], RISING),
    "less often right": ([*_said(coverage=0.799)], 0.0),
    "above nearly all that comes": ([*_said(coverage=0.99)], 0.0),
    "how right is not known yet": ([*_said(coverage=None)], 0.0),
    "as old as it may be": ([*_said(age_s=STALE_S - 1)], RISING),
    "old": ([*_said(age_s=STALE_S)], 0.0),
    "the service has ended": ([*_said(goes=True)], 0.0),
    "there is none": ([], 0.0),
    "of another service": ([*_said(about={"anomaly_service": "wellness-worker"})], 0.0),
    "of another demand": ([*_said(about={"anomaly_name": "demand.concurrency"})], 0.0),
    "exported by another": ([*_said(about={"service": "other"})], 0.0),
    "after a restart elsewhere": ([*_said(50.0, goes=True, instance="a"), *_said(instance="b")], RISING),
    "no load to come": ([*_said(0.0)], 0.0),
}


@pytest.mark.parametrize("case", CASES)
def test_a_forecast_counts_while_it_is_right_and_fresh_and_is_zero_otherwise(
    wellness: Catalogue, tmp_path: Path, case: str
) -> None:
    """One number always: none would make KEDA refuse the trigger, and zero leaves the reactive ones to decide."""
    series, expected = CASES[case]
    scaler = next(
        one for one in scalers(wellness.services, wellness.environments["prod"]) if one.service == "wellness-api"
    )
    asked: dict[str, Any] = {
        "expr": load_to_come(scaler, Demand.REQUESTS).text,
        "eval_time": f"{NOW_S}s",
        "exp_samples": [{"labels": "{}", "value": expected}],
    }
    test = {"interval": f"{STEP_S}s", "input_series": series, "promql_expr_test": [asked]}
    document = tmp_path / "test.yaml"
    document.write_text(yaml.safe_dump({"evaluation_interval": "15s", "tests": [test]}))
    done = subprocess.run([find("promtool"), "test", "rules", document], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
