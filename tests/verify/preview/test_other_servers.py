"""A dashboard that asks other servers, too, or has a variable that Prometheus refuses, is drawn as far as it can be."""

from __future__ import annotations

import asyncio
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.draw import DashboardPicture, draw
from vitals.local.pictures.files import chosen
from vitals.local.portal.variable_options import picked

from .conftest import SPAN, panel, recorded

LOKI = {"type": "loki", "uid": "logs"}
REFUSED = "match[] must contain at least one non-empty matcher"


def _dashboard() -> dict[str, Any]:
    lines = [{"refId": "A", "expr": '{app="shop"}'}]
    mixed = [{"refId": "A", "expr": "up"}, {"refId": "B", "expr": "lines", "datasource": LOKI}]
    rows = [{"refId": "A", "rawSql": "select 1", "datasource": {"type": "mysql", "uid": "x"}}]
    variables = [
        {"name": "logs", "type": "datasource", "query": "loki"},
        {"name": "app", "type": "query", "datasource": "${logs}", "query": "label_values({}, app)",
         "current": {"value": "shop"}},
        {"name": "job", "type": "query", "query": "label_values({}, job)", "current": {"value": "node"}},
    ]  # fmt: skip
    return {
        "uid": "other",
        "title": "Other",
        "templating": {"list": variables},
        "panels": [
            panel(1, "timeseries", (0, 0, 8, 8), targets=lines, datasource="$logs"),
            panel(
                2, "timeseries", (8, 0, 8, 8), targets=mixed, datasource={"type": "datasource", "uid": "-- Mixed --"}
            ),
            panel(3, "table", (16, 0, 8, 8), targets=rows),
            panel(4, "stat", (0, 8, 8, 4), title="Of $app and $job", targets=[{"refId": "A", "expr": "up == 1"}]),
        ],
    }


def _drawn(folder: Path) -> tuple[DashboardPicture, list[str]]:
    """The picture, and everything that Prometheus was asked."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("query") or request.url.params.get("match[]") or "")
        if "/label/" in request.url.path and "{}" in asked[-1]:
            return httpx.Response(400, json={"status": "error", "errorType": "bad_data", "error": REFUSED})
        return recorded(request)

    async def run() -> list[DashboardPicture]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            files = chosen([str(folder / "other.json")], folder)
            url = "http://prometheus.test"
            return await draw(files, SPAN, LIGHT, client=client, url=url, source="recorded", say=lambda _: None)

    (folder / "other.json").write_text(json.dumps(_dashboard()), encoding="utf-8")
    (picture,) = asyncio.run(run())
    return picture, asked


def test_only_prometheus_is_asked_and_the_rest_is_said(tmp_path: Path) -> None:
    """A panel names the server that it asks, and of a mixed one the part is drawn that Prometheus answers."""
    picture, asked = _drawn(tmp_path)
    said = ["".join(one.itertext()) for one in ET.fromstring(picture.svg).iter()]  # noqa: S314 - our own drawing

    assert sorted(asked) == ["up", "up == 1", "{}"]
    assert {
        "It asks loki, and only Prometheus is asked here.",
        "It asks mysql, and only Prometheus is asked here.",
    } <= {*said}
    assert not picture.empty


def test_a_variable_that_is_refused_keeps_the_values_it_was_saved_with(tmp_path: Path) -> None:
    """As in Grafana; what Prometheus said is one of the problems."""
    picture, _ = _drawn(tmp_path)

    assert picture.problems == (f"variable job: Prometheus refused the query: {REFUSED}",)
    assert "Of shop and node" in picture.svg


@pytest.mark.parametrize(
    ("regex", "values"),
    [
        ("", ["api-0", "api-1", "db-0"]),
        ("/^api/", ["api-0", "api-1"]),
        ("^api", ["api-0", "api-1"]),
        ("/^API/i", ["api-0", "api-1"]),
        ("/(.*)-\\d/", ["api", "db"]),
        ("/(?<text>\\w+)-(?<value>\\d)/", ["0", "1"]),
        ("/^(?!db)/", ["api-0", "api-1"]),
        ("/[[:alpha:](/", ["api-0", "api-1", "db-0"]),
    ],
)
def test_the_regex_of_a_variable_picks_values_or_parts_of_them(regex: str, values: list[str]) -> None:
    """Flags, lookaheads and named groups as people write them; what is not a regular expression picks everything."""
    assert picked(["api-0", "api-1", "db-0"], regex) == values
