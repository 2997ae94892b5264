"""Reading a classic dashboard."""

from __future__ import annotations

import json

import pytest

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_dashboard, parse_duration
from vitals.paths import RENDERED


def test_every_shipped_dashboard_is_understood() -> None:
    """Each rendered dashboard parses, and none of its panels is of a type that cannot be drawn."""
    files = sorted(RENDERED.glob("*/dashboards/*.json"))
    assert files
    for file in files:
        dashboard = parse_dashboard(json.loads(file.read_text(encoding="utf-8")))
        assert dashboard.panels
        kinds = {panel.kind for panel in dashboard.panels}
        assert kinds <= {"timeseries", "stat", "gauge", "bargauge", "table", "state-timeline", "text", "row"}


def test_panels_of_a_collapsed_row_are_found() -> None:
    """A panel inside a collapsed row can be opened by its id like any other."""
    inner = {"id": 2, "type": "stat", "gridPos": {"x": 3, "y": 4, "w": 5, "h": 6}}
    dashboard = parse_dashboard({"uid": "u", "panels": [{"id": 1, "type": "row", "panels": [inner]}]})
    panel = dashboard.panel(2)
    assert panel is not None
    assert (panel.grid.x, panel.grid.y, panel.grid.w, panel.grid.h) == (3, 4, 5, 6)
    assert dashboard.panel(3) is None


def test_a_panel_shows_the_queries_of_another_that_it_names() -> None:
    """By the data source ``-- Dashboard --``, in a row too; one that names no panel of the dashboard asks nothing."""
    asked = [{"refId": "A", "expr": "up", "legendFormat": "{{job}}"}]
    own = {"uid": "-- Dashboard --", "type": "datasource"}
    inner = {"id": 2, "type": "timeseries", "targets": asked, "datasource": {"type": "prometheus", "uid": "p"}}
    panels = [
        {"id": 1, "type": "row", "panels": [inner]},
        {"id": 3, "type": "piechart", "datasource": own, "targets": [{"panelId": 2, "refId": "A", "datasource": own}]},
        {"id": 4, "type": "piechart", "datasource": "-- Dashboard --", "targets": [{"panelId": 9, "refId": "A"}]},
    ]
    dashboard = parse_dashboard({"uid": "u", "panels": panels})
    found = {panel.id: panel.targets for panel in dashboard.panels}

    assert found[3] == found[2]
    assert [target.expr for target in found[3]] == ["up"]
    assert found[4] == ()


def test_what_cannot_be_linked_is_refused_by_name() -> None:
    """A dashboard without uid and a panel without id are named in the error."""
    with pytest.raises(VitalsError, match="'Overview' has no uid"):
        parse_dashboard({"title": "Overview"})
    with pytest.raises(VitalsError, match="'u' has a panel 'Errors' without an id"):
        parse_dashboard({"uid": "u", "panels": [{"title": "Errors"}]})


def test_slug_and_switched_off_annotations_follow_grafana() -> None:
    """The slug is the title in lower case with hyphens; an annotation that is not enabled is not drawn."""
    raw = {
        "uid": "u",
        "title": "API  performance (D1)",
        "annotations": {"list": [{"expr": "a", "name": "on"}, {"expr": "b", "name": "off", "enable": False}]},
    }
    dashboard = parse_dashboard(raw)
    assert dashboard.slug == "api-performance-d1"
    assert [annotation.name for annotation in dashboard.annotations] == ["on"]


@pytest.mark.parametrize(
    ("text", "seconds"), [("15s", 15), ("1h", 3600), ("500ms", 0.5), ("7d", 604800), ("x", None), ("", None)]
)
def test_durations(text: str, seconds: float | None) -> None:
    """Durations are Grafana's: a number and one unit, anything else is none."""
    assert parse_duration(text) == seconds
