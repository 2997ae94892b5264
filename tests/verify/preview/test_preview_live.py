"""The whole way on a real Prometheus: synthetic series, what is recorded of them, the command, and the pictures."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.ask import TimeRange
from vitals.local.pictures.draw import DashboardPicture, draw
from vitals.local.pictures.files import chosen
from vitals.local.stack.rendered_rules import RenderedRule
from vitals.local.tools import ensure, showing_progress
from vitals.verify.preview.synthetic import SyntheticPlatform, synthetic
from vitals.verify.query_cost.count import END, CountPrograms
from vitals.verify.query_cost.synthetic import SyntheticJob
from vitals_telemetry.contract import Metric, MetricType, Unit

from .conftest import panel

pytestmark = pytest.mark.live

RANGE_S = 1800.0
LATENCY = Metric("asked_seconds", MetricType.HISTOGRAM, Unit.SECONDS, "How long.", buckets=(0.1, 0.25, 1.0, 5.0))
UNREAD = Metric("unread_total", MetricType.COUNTER, Unit.COUNT, "What no dashboard reads.")
JOBS = [SyntheticJob("api", 15.0, 2, [LATENCY, UNREAD])]
RATE = "sum(rate(asked_seconds_count[1m]))"
RULES = [RenderedRule("api", 15.0, "service:asked:rate1m", records=True, expr=RATE, labels={"service": "api"})]


def _dashboard(folder: Path) -> Path:
    p95 = 'histogram_quantile(0.95, sum by (le) (rate(asked_seconds_bucket{service="$service"}[5m])))'
    panels = [
        panel(1, "timeseries", (0, 0, 12, 8), targets=[{"refId": "A", "expr": p95, "legendFormat": "p95"}]),
        panel(2, "timeseries", (12, 0, 12, 8), targets=[{"refId": "A", "expr": "service:asked:rate1m"}]),
        panel(3, "stat", (0, 8, 6, 4), targets=[{"refId": "A", "expr": "unknown_metric"}], title="Unknown"),
    ]
    variable = {"name": "service", "type": "query", "query": "label_values(asked_seconds_count, service)"}
    file = folder / "real.json"
    file.write_text(json.dumps({"title": "Real", "panels": panels, "templating": {"list": [variable]}}))
    return file


def test_synthetic_series_are_drawn_the_same_twice_and_by_the_command(tmp_path: Path) -> None:
    """Raw and recorded panels have data that agree, what no panel reads is not made, and bytes repeat."""
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    programs = CountPrograms(found["prometheus"], found["promtool"])
    file = _dashboard(tmp_path)
    files = chosen([str(file)], tmp_path)
    out = tmp_path / "out"

    async def once(folder: Path, *, by_command: bool) -> DashboardPicture:
        made = synthetic(
            files,
            SyntheticPlatform(JOBS, RULES),
            length_s=RANGE_S,
            folder=folder,
            programs=programs,
            say=lambda _: None,
        )
        async with made as api:
            at = {"time": str(END - 300)}
            (recorded,) = (await api.get("query", query="service:asked:rate1m", **at))["result"]
            (raw,) = (await api.get("query", query=RATE, **at))["result"]
            assert float(recorded["value"][1]) == pytest.approx(float(raw["value"][1]), rel=0.01)
            assert recorded["metric"]["service"] == "api"
            assert (await api.get("query", query="unread_total", **at))["result"] == []
            if by_command:
                options = ("--data", api.url, "--until", str(END), "--range", "30m", "--out", str(out))
                command = (sys.executable, "-m", "vitals.cli", "preview", str(file), *options)
                program = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
                _, said = await program.communicate()
                assert program.returncode == 0, said.decode()
                assert "1 of 3 panels have no data: Unknown" in said.decode()
            span = TimeRange(END, RANGE_S)
            (picture,) = await draw(
                files, span, LIGHT, client=api.client, url=api.url, source="synthetic data", say=lambda _: None
            )
        return picture

    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    first = asyncio.run(once(folders[0], by_command=True))
    second = asyncio.run(once(folders[1], by_command=False))

    assert (first.svg, first.png) == (second.svg, second.png)
    assert first.empty == ("Unknown",)
    assert not first.problems
    by_command = (out / "real.svg").read_text(encoding="utf-8")
    assert by_command.replace("data of a running Prometheus", "synthetic data") == first.svg
    assert sorted(path.name for path in out.iterdir()) == ["real.png", "real.svg"]
