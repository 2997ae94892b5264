"""Long windows read means of five minutes, and come to what the raw counters say, within a hundredth.

Nothing of the rules' own arithmetic is used: requests and failures are counted between two samples of the counters.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.seeded_random import seeded
from vitals.verify.oracle.traffic import selector

pytestmark = pytest.mark.rules

HOUR, STEP, EVALUATED = 3600, 5, 15
LASTS = 8 * HOUR
SETTLES = 30
"""A rate over a minute says what happened half a minute ago on average, seconds."""
BUDGET = 0.001
NEAR = 0.01
WINDOWS = {"2h": 2 * HOUR, "6h": 6 * HOUR}
"""The shorter of those that are read from slots: an edge weighs most in them."""
MOMENTS = (6.5 * HOUR, 7.25 * HOUR, 8 * HOUR)
"""When windows are compared: full, and just after a slot of five minutes has begun."""
CALM = 120
"""Around the edges of compared windows no burst lies: to which side of an edge a second belongs is not the question."""
OF = {"service": "wellness-api", "job": "wellness-api", "instance": "a", "endpoint": "/", "method": "GET"}


def _is_calm(at: float) -> bool:
    edges = (moment - window for moment in MOMENTS for window in (0, *WINDOWS.values()))
    return any(abs(at - edge) < CALM for edge in edges)


def _events(rng: random.Random) -> Iterator[tuple[float, float]]:
    """Requests of each step and the share that fails: busy and quiet times, bursts, and long times without failures."""
    while True:
        busy = rng.choice((10, 40, 90, 200))
        for _ in range(rng.choice((20, 60, 120))):
            failing = rng.choice((0, 0, 0, 0.001, 0.004, 0.02, 0.3))
            for _ in range(rng.choice((1, 4, 12, 36))):
                yield busy * rng.uniform(0.5, 1.5), failing


def _counters(rng: random.Random) -> tuple[list[float], list[float]]:
    """Both counters at each scrape; the process restarts in the middle, and counts from nothing."""
    steps = LASTS // STEP + 1
    good, bad = [0.0], [0.0]
    for number, (requests, failing) in enumerate(islice(_events(rng), steps - 1), start=1):
        failures = requests * (0.004 if _is_calm(number * STEP) else failing)
        restarts = number == steps // 2
        good.append((0 if restarts else good[-1]) + requests - failures)
        bad.append((0 if restarts else bad[-1]) + failures)
    return good, bad


def _grown(counter: Sequence[float], begin: float, end: float) -> float:
    """How much a counter grew between two moments, whatever a restart took from it."""
    seen = counter[round(begin / STEP) : round(end / STEP) + 1]
    return sum(after - before if after >= before else after for before, after in pairwise(seen))


def _counting(prod: ShippedEnvironment, folder: Path) -> Path:
    """The rules that count one objective, without those of the other and without alerts."""
    (file,) = [file for file in prod.rules if file.stem == "wellness-api.slo"]
    document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
    (group,) = document["groups"]
    group["rules"] = [rule for rule in group["rules"] if "record" in rule and rule["labels"]["slo"] == "availability"]
    assert len(group["rules"]) > len(WINDOWS)
    counting = folder / file.name
    counting.write_text(json.dumps(document))
    return counting


def test_burn_rates_of_hours_are_those_of_the_raw_counters(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """Over hours of changing traffic with bursts of failures and a restart, at windows read from slots."""
    good, bad = _counters(seeded("long windows"))
    checks = []
    for moment in MOMENTS:
        for name, window in WINDOWS.items():
            span = moment - SETTLES - window, moment - SETTLES
            failures = _grown(bad, *span)
            assert failures > 100
            burn = failures / (failures + _grown(good, *span)) / BUDGET
            record = selector(f"service_slo:burn_rate:{name}", {"service": "wellness-api", "slo": "availability"})
            checks.append(
                {
                    "expr": f"vector(1) and on () (abs({record} / {burn!r} - 1) < {NEAR})",
                    "eval_time": f"{moment:.0f}s",
                    "exp_samples": [{"labels": "{}", "value": 1}],
                }
            )
    document = {
        "rule_files": [str(_counting(prod, tmp_path))],
        "evaluation_interval": f"{EVALUATED}s",
        "tests": [
            {
                "interval": f"{STEP}s",
                "input_series": [
                    {
                        "series": selector("api_calls_total", {**OF, "status": status}),
                        "values": " ".join(f"{value:.10g}" for value in values),
                    }
                    for status, values in (("200", good), ("503", bad))
                ],
                "promql_expr_test": checks,
            }
        ],
    }
    file = tmp_path / "unit_test.yaml"
    file.write_text(json.dumps(document))
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
