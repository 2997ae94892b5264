"""A small dashboard of every sort, and a server that answers as a Prometheus was recorded to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitals.local.pictures.ask import TimeRange

END = 1_790_000_000
SPAN = TimeRange(END, 3600.0)
HOSTILE = '<script>alert("x")</script> & \u0001"quoted"'


def panel(number: int, kind: str, place: tuple[int, int, int, int], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A panel as a dashboard file has it; ``place`` is x, y, w and h."""
    return {
        "id": number,
        "type": kind,
        "title": f"Panel {number}",
        "gridPos": dict(zip("xywh", place, strict=True)),
        "targets": [{"refId": "A", "expr": "up", "legendFormat": "{{instance}}"}],
        "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
        **more,
    }


def dashboard() -> dict[str, Any]:
    """Nine panels and two rows, one of which is collapsed over two panels."""
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 0.4}]
    lines = {"unit": "s", "thresholds": {"steps": steps}, "custom": {"thresholdsStyle": {"mode": "dashed"}}}
    return {
        "uid": "small",
        "title": HOSTILE,
        "panels": [
            panel(1, "stat", (0, 0, 6, 4), title="Of $service"),
            panel(2, "timeseries", (6, 0, 18, 8), fieldConfig={"defaults": lines, "overrides": []}),
            panel(3, "table", (0, 8, 12, 5)),
            panel(4, "state-timeline", (12, 8, 12, 5)),
            panel(5, "text", (0, 13, 12, 4), options={"content": HOSTILE}, targets=[]),
            panel(6, "nodeGraph", (12, 13, 12, 4)),
            panel(7, "gauge", (0, 17, 8, 5)),
            panel(8, "bargauge", (8, 17, 8, 5)),
            panel(9, "timeseries", (16, 17, 8, 5), targets=[{"refId": "A", "expr": "broken("}]),
            {"id": 10, "type": "row", "title": "Open", "gridPos": {"x": 0, "y": 22, "w": 24, "h": 1}, "panels": []},
            {
                "id": 11,
                "type": "row",
                "title": "Details",
                "collapsed": True,
                "gridPos": {"x": 0, "y": 23, "w": 24, "h": 1},
                "panels": [panel(12, "stat", (0, 24, 6, 4), title="Hidden one"), panel(13, "stat", (6, 24, 6, 4))],
            },
        ],
        "templating": {"list": [{"name": "service", "type": "query", "query": "label_values(up, service)"}]},
    }


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A rendered environment with one dashboard."""
    folder = tmp_path / "prod"
    (folder / "dashboards").mkdir(parents=True)
    (folder / "dashboards" / "small.json").write_text(json.dumps(dashboard()), encoding="utf-8")
    return folder


def recorded(request: httpx.Request) -> httpx.Response:
    """What a Prometheus answered: two instances, one of them with a hole; a query of words is refused."""
    asked = request.url.params
    if "/label/" in request.url.path:
        return httpx.Response(200, json={"status": "success", "data": ["wellness-api", "wellness-worker"]})
    if "broken(" in asked["query"]:
        return httpx.Response(400, json={"status": "error", "errorType": "bad_data", "error": "unclosed <bracket>"})
    labels = [{"instance": "a <b>&"}, {"instance": "b"}]
    if request.url.path.endswith("/query"):
        found = [{"metric": one, "value": [float(asked["time"]), "0.25"]} for one in labels]
        return httpx.Response(200, json={"status": "success", "data": {"resultType": "vector", "result": found}})
    start, end, step = (int(asked[name]) for name in ("start", "end", "step"))
    times = range(start, end + 1, step)
    found = [
        {"metric": one, "values": [[at, f"{0.2 + 0.1 * number + at % 7 / 50:.3f}"] for at in times[number * 5 :]]}
        for number, one in enumerate(labels)
    ]
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "matrix", "result": found}})


Answer = Callable[[httpx.Request], httpx.Response]
