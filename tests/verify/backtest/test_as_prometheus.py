"""A back-test says what Prometheus' own rule engine does with the same rules and samples, evaluation by evaluation."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vitals.local.tools import find
from vitals.rendered import groups_in, plain_rule_file
from vitals.verify.backtest import Backtester, pairs, read_alerts, served
from vitals.verify.backtest.judge import PairOutcome
from vitals.verify.backtest.replay import FiringInterval

pytestmark = pytest.mark.rules

STEP = 15
BEGIN = 1_767_225_600  # a multiple of every interval, as promtool's own beginning is
EVALUATIONS = 700
RULES = """
groups:
  - name: shop
    interval: 15s
    rules:
      - {record: "job_path:queue:max", expr: "max by (job, path) (queue)", labels: {service: shop}}
      - {record: "service:queue:mean10m", expr: "avg_over_time(job_path:queue:max{path='/a'}[10m])"}
      - {record: "service:queue:high", expr: "count by (job) (job_path:queue:max > 5) > bool 1"}
      - {alert: AtOnce, expr: "queue > 5"}
      - {alert: For, expr: "queue > 5", for: 40s}
      - {alert: ForAndKeep, expr: "queue > 5", for: 30s, keep_firing_for: 100s}
      - {alert: Keep, expr: "queue > 5", keep_firing_for: 45s}
      - {alert: Missing, expr: "absent(queue{path='/a'})", for: 1m}
      - {alert: OfRecord, expr: "job_path:queue:max{service='shop',path=~'/a|/c',path!='/c'} > 5", for: 30s}
      - {alert: OfRecordBut, expr: "job_path:queue:max{path!~'/[ac]'} > 5"}
      - {alert: OfMean, expr: "service:queue:mean10m{service='shop'} > 3.5"}
      - {alert: OfPast, expr: "job_path:queue:max offset 30m > 5 and on (job) job_path:queue:max < 5", for: 15s}
      - {alert: OfMaximum, expr: "max_over_time(job_path:queue:max[2m:30s]) - service:queue:mean10m > 4"}
      - {alert: OfOther, expr: "service:queue:high{path='/a'} == 1"}
"""


def samples() -> dict[str, list[float | None]]:
    """Two series that cross the bound in runs of all lengths; each has gaps on both sides of the five minutes."""
    chance = random.Random(7)  # noqa: S311 - the same runs every time
    found: dict[str, list[float | None]] = {}
    for path in ("/a", "/b"):
        values: list[float | None] = []
        while len(values) < EVALUATIONS:
            kind = chance.choice((8.0, 8.0, 1.0, 1.0, None))
            values += [kind] * chance.choice((1, 2, 3, 4, 7, 12, 30))
        found[f'queue{{job="shop",path="{path}"}}'] = values[:EVALUATIONS]
    return found


def open_metrics(series: dict[str, list[float | None]]) -> str:
    """The series as text with timestamps."""
    lines = [
        f"{name} {value:g} {BEGIN + number * STEP}"
        for name, values in series.items()
        for number, value in enumerate(values)
        if value is not None
    ]
    return "\n".join(["# TYPE queue gauge", *lines, "# EOF", ""])


async def outcomes(folder: Path) -> list[PairOutcome]:
    """Judge every alert of the rules on a Prometheus that has the raw series only."""
    rules = folder / "rendered" / "prod" / "rules"
    rules.mkdir(parents=True)
    (rules / "shop.yaml").write_text(RULES)
    (folder / "past.om").write_text(open_metrics(samples()))
    now = read_alerts(rules.parent)
    end = BEGIN + (EVALUATIONS - 1) * STEP
    programs = {name: find(name) for name in ("prometheus", "promtool")}
    async with served(folder / "past.om", **programs, say=lambda _: None) as data:
        tester = Backtester(data.server, BEGIN, end, now=now, before=None)
        return await tester.judge(pairs(now, None), lambda _: None)


def promtool_agrees(folder: Path, firings: list[tuple[str, FiringInterval]]) -> tuple[bool, str]:
    """Whether promtool, at every evaluation, sees exactly those alerts fire that are given."""
    (folder / "rules.yaml").write_text(plain_rule_file(groups_in(RULES)))
    expected = []
    for number in range(EVALUATIONS):
        at = BEGIN + number * STEP
        firing = [
            ",".join(f'{key}="{value}"' for key, value in (("alertname", name), *each.labels))
            for name, each in firings
            if each.start <= at and (at < each.end or each.ongoing)
        ]
        found = [{"labels": f'ALERTS{{alertstate="firing",{labels}}}', "value": 1} for labels in firing]
        expected.append({"expr": 'ALERTS{alertstate="firing"}', "eval_time": f"{number * STEP}s", "exp_samples": found})
    series = [
        {"series": name, "values": " ".join("_" if value is None else f"{value:g}" for value in values)}
        for name, values in samples().items()
    ]
    test = {"interval": f"{STEP}s", "input_series": series, "promql_expr_test": expected}
    document = {"rule_files": ["rules.yaml"], "evaluation_interval": f"{STEP}s", "tests": [test]}
    (folder / "test.yaml").write_text(yaml.dump(document, Dumper=yaml.CSafeDumper))
    done = subprocess.run(
        [find("promtool"), "test", "rules", "test.yaml"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.anyio
async def test_alerts_fire_when_prometheus_says_so(tmp_path: Path) -> None:
    """With and without ``for`` and ``keep_firing_for``, on raw and on recorded series that the server lacks."""
    found = await outcomes(tmp_path)

    sides = {one.pair.any.name: one.now for one in found}
    assert all(side is not None and side.judged for side in sides.values()), sides
    firings = [(name, one) for name, side in sides.items() if side for one in side.firings]
    counts = Counter(name for name, _ in firings)
    assert set(sides) - set(counts) == {"OfOther"}, "no series of its record has the label that it asks for"
    assert counts["AtOnce"] > counts["For"] > counts["ForAndKeep"]
    assert counts["AtOnce"] > counts["Keep"]
    agrees, said = promtool_agrees(tmp_path, firings)
    assert agrees, said[:2000]
    name, last = firings[-1]
    later = replace(last, start=last.start + STEP)
    assert not promtool_agrees(tmp_path, [*firings[:-1], (name, later)])[0], "one evaluation later would be wrong"
