"""A dashboard of someone else on a real Prometheus: every panel finds data, whatever its variables and joins are."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import choose_window
from vitals.local.pictures.ask import TimeRange
from vitals.local.pictures.draw import DashboardPicture, draw
from vitals.local.pictures.files import chosen
from vitals.local.tools import ensure, showing_progress
from vitals.verify.preview.foreign import made_up
from vitals.verify.preview.synthetic import SyntheticPlatform, synthetic
from vitals.verify.query_cost.count import END, CountPrograms

pytestmark = pytest.mark.live

RANGE_S = 1800.0
QUERIES = (
    'sum by (queue) (rate(jobs{host=~"$host", state="done"}[$pace]))',
    'histogram_quantile(0.9, sum by (le) (rate(wait_seconds_bucket{host=~"$host"}[$__rate_interval])))',
    'topk($most, depth{queue="$queue"})',
    "cpu * on (pod) group_left (node) placed",
    'label_replace(load, "site", "$1", "instance", "(.*):.*")',
    'phase{phase="Lost"} == 7',
    "limit{version='$version'}",
)
VARIABLES = [
    {"name": "host", "type": "query", "query": "label_values(jobs, host)", "includeAll": True, "allValue": "db-[0-9]+"},
    {"name": "queue", "type": "query", "query": "label_values(depth, queue)", "includeAll": True},
    {"name": "version", "type": "query", "query": "query_result(built)", "regex": '/version="([^"]+)"/'},
    {"name": "most", "type": "textbox", "query": "3"},
    {"name": "pace", "type": "interval", "query": "1m,5m", "auto": True, "current": {"value": "$__auto_interval_pace"}},
]


def test_every_panel_of_a_foreign_dashboard_is_drawn_with_data(tmp_path: Path) -> None:
    """Old panels, all kinds of variables, a repeated panel, a join, a comparison; the picture says what was made up."""
    panels = [
        {"type": "graph", "title": query, "repeat": "queue" if "$queue" in query else None, "id": number,
         "gridPos": {"x": 0, "y": 6 * number, "w": 12, "h": 6}, "targets": [{"expr": query, "exemplar": True}]}
        for number, query in enumerate(QUERIES, 1)
    ]  # fmt: skip
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps({"panels": panels, "templating": {"list": VARIABLES}}))
    window = choose_window(END - RANGE_S, END, width=1400)
    made = made_up(SyntheticPlatform([], []), chosen([str(path)], tmp_path), window)
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)

    async def drawn() -> DashboardPicture:
        programs = CountPrograms(found["prometheus"], found["promtool"])
        folder = tmp_path / "data"
        folder.mkdir()
        source = synthetic(made.files, made.platform, length_s=RANGE_S, folder=folder, programs=programs, say=print)
        async with source as api:
            span = TimeRange(END, RANGE_S)
            (picture,) = await draw(
                made.files, span, LIGHT, client=api.client, url=api.url, source="synthetic data", say=print
            )
        return picture

    picture = asyncio.run(drawn())

    assert (picture.problems, picture.empty) == ((), ())
    assert picture.panels == len(QUERIES)
    assert f"made up of the queries for {len(made.metrics['theirs'])} metrics" in picture.svg
    assert made.left_out == []
