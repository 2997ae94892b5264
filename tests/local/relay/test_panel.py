"""The link of an alert chooses among the panels that are rendered, and can do no more than that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vitals.local.relay.panel import USUAL_RANGE_S, linked_panel
from vitals.local.relay.problem import NoPictureError

DASHBOARD = {
    "uid": "api",
    "title": "API",
    "panels": [
        {"id": 1, "type": "timeseries", "title": "Errors", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}, "targets": []},
        {"id": 2, "type": "text", "title": "Words", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}},
        {"id": 3, "type": "row", "title": "Row", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1}},
    ],
}


@pytest.fixture
def dashboards(tmp_path: Path) -> Path:
    """A folder with one dashboard, beside a file that is none of it."""
    folder = tmp_path / "dashboards"
    folder.mkdir()
    (folder / "api.json").write_text(json.dumps(DASHBOARD))
    (folder / "broken.json").write_text("{")
    (tmp_path / "outside.json").write_text(json.dumps({**DASHBOARD, "uid": "outside"}))
    return folder


def test_a_link_names_a_panel_and_what_it_shows(dashboards: Path) -> None:
    """Whatever host it names, its ids, variables and range are what the link opens."""
    found = linked_panel("https://evil.example/d/api/name?viewPanel=1&var-service=a%2Fb&from=now-6h&to=now", dashboards)

    assert (found.dashboard.uid, found.panel.title, found.range_s) == ("api", "Errors", 6 * 3600.0)
    assert found.wanted == {"service": ["a/b"]}


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("", USUAL_RANGE_S),
        ("&from=now-1s", 300.0),
        ("&from=now-900d", 7 * 86400.0),
        ("&from=now&to=now-1h", USUAL_RANGE_S),
        ("&from=yesterday", USUAL_RANGE_S),
        ("&from=1700000000000&to=1700007200000", 7200.0),
        ("&from=1700000000000&to=now", USUAL_RANGE_S),
    ],
)
def test_a_range_is_bounded(asked: str, seconds: float, dashboards: Path) -> None:
    """No link asks for a year, nor for nothing."""
    assert linked_panel(f"http://g/d/api?viewPanel=panel-1{asked}", dashboards).range_s == pytest.approx(seconds)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "no address",
        "http://[::1/d/api?viewPanel=1",
        "http://g/d/api",
        "http://g/d/api?viewPanel=9",
        "http://g/d/api?viewPanel=" + "9" * 5000,
        "http://g/d/other?viewPanel=1",
        "http://g/d/broken?viewPanel=1",
        "http://g/d/..%2Foutside?viewPanel=1",
        "http://g/d/../outside?viewPanel=1",
        "http://g/d/api?viewPanel=2",
        "http://g/d/api?viewPanel=3",
        'http://g/d/api?viewPanel=1&var-service=a"} or vector(1) or {x="',
        "http://g/d/api?viewPanel=1&var-service=a%0Ab",
        "http://g/d/api?viewPanel=1" + "&a=b" * 100,
    ],
)
def test_another_link_has_no_picture(link: str, dashboards: Path) -> None:
    """No panel, a panel without queries, a way out of the folder, a value that would change a query: no picture."""
    with pytest.raises(NoPictureError) as error:
        linked_panel(link, dashboards)

    assert error.value.reason == "no_panel"
