"""Which dashboards are drawn, and which files are refused before anything is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vitals.errors import VitalsError
from vitals.local.pictures.files import LARGEST, MOST_PANELS, chosen

from .conftest import dashboard, panel


def _file(folder: Path, content: object, name: str = "other.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_the_grid_is_grafanas(environment: Path) -> None:
    """24 columns over 1400 pixels with 8 between two, rows of 30 with 8 between; a row goes over the whole width."""
    (file,) = chosen([], environment)
    places = {tile.panel.id: [tile.x, tile.y, tile.width, tile.height] for tile in file.tiles}

    assert places[1] == [0, 0, 344, 144]
    assert places[2] == [352, 0, 1048, 296]
    assert places[10] == [0, 836, 1400, 30]
    assert [tile.hides for tile in file.tiles if tile.hides] == [("Hidden one", "Panel 13")]
    assert 12 not in places


def test_a_dashboard_is_named_by_uid_or_by_path(environment: Path, tmp_path: Path) -> None:
    """Twice the same is drawn once; the envelope of Grafana's API and a byte order mark do no harm."""
    wrapped = _file(tmp_path, {"dashboard": dashboard(), "meta": {}}, "from api (1).json")
    marked = _file(tmp_path, "\ufeff" + json.dumps(dashboard()), "marked.json")

    found = chosen(["small", "small", wrapped, marked], environment)

    assert [one.stem for one in found] == ["small", "from-api-1", "marked"]


def test_an_export_for_sharing_has_neither_uid_nor_ids(environment: Path, tmp_path: Path) -> None:
    """Every panel gets an id of its own, also inside a collapsed row, and a copy that kept the original's."""
    panels = [panel(2, "stat", (0, 0, 6, 4)), panel(0, "stat", (6, 0, 6, 4)), *dashboard()["panels"][-1:]]
    del panels[1]["id"], panels[2]["panels"][0]["id"]
    panels[2]["panels"][1]["id"] = panels[0]["id"]

    (file,) = chosen([_file(tmp_path, {"title": "Shared", "uid": None, "panels": panels})], environment)

    assert [tile.panel.title for tile in file.tiles] == ["Panel 2", "Panel 0", "Details"]
    assert len({one.id for one in file.dashboard.panels}) == 5


def test_an_unknown_name_lists_those_that_exist(environment: Path) -> None:
    """With a suggestion where one is near."""
    with pytest.raises(VitalsError, match=r"'smal'.*is 'small' meant\? Dashboards: small"):
        chosen(["smal"], environment)
    with pytest.raises(VitalsError, match="holds no dashboard"):
        chosen([], environment.parent / "nowhere")


def test_two_files_of_one_name_are_refused(environment: Path, tmp_path: Path) -> None:
    """Their pictures would overwrite each other."""
    with pytest.raises(VitalsError, match="overwrite each other"):
        chosen(["small", _file(tmp_path, dashboard(), "small.json")], environment)


WHOLE = json.dumps(dashboard())
BROKEN: dict[str, tuple[Any, str]] = {
    "truncated": (WHOLE[: len(WHOLE) // 2], "not all of it is there"),
    "empty": ("", "not all of it is there"),
    "nested": ("[" * 100_000, "nested too deep"),
    "huge": (" " * (LARGEST + 1), "more than 8 MB"),
    "list": ([1], "no JSON object"),
    "no panels": ({"groups": []}, "no list of panels"),
    "panels of text": ({"panels": ["a"]}, "no list of panels"),
    "v2": ({"apiVersion": "v2", "spec": {"elements": {}}}, "v2 schema"),
    "many": ({"panels": [panel(n, "stat", (0, 0, 6, 4)) for n in range(MOST_PANELS + 1)]}, "at most 400"),
    "outside": ({"panels": [panel(1, "stat", (20, 0, 6, 4))]}, "outside the grid"),
    "far below": ({"panels": [panel(1, "stat", (0, 10**9, 6, 4))]}, "pixels below the top"),
    "grid of words": ({"panels": [{**panel(1, "stat", (0, 0, 6, 4)), "gridPos": {"x": "left"}}]}, "as Grafana builds"),
    "targets of words": ({"panels": [{**panel(1, "stat", (0, 0, 6, 4)), "targets": ["up"]}]}, "as Grafana builds"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_drawn_is_refused_by_name(kind: str, environment: Path, tmp_path: Path) -> None:
    """The file, what is wrong with it, and that nothing was drawn."""
    content, why = BROKEN[kind]
    file = _file(tmp_path, content)

    with pytest.raises(VitalsError, match=why) as said:
        chosen([file], environment)
    assert file in str(said.value)
    assert "Nothing was drawn" in str(said.value)


def test_rows_and_panels_of_old_grafanas_are_drawn_as_their_successors(tmp_path: Path) -> None:
    """A dashboard from before Grafana 5: rows become a grid, and panels of Angular those of today, hidden ones too."""
    graph = {"type": "graph", "title": "Load", "span": 8, "targets": [{"expr": "up"}], "yaxes": [{"format": "s"}]}
    single = {"type": "singlestat", "title": "Now", "span": 4, "format": "percent", "valueName": "avg", "targets": []}
    hidden = {"type": "singlestat", "title": "Used", "gauge": {"show": True, "maxValue": 90}, "targets": []}
    rows = [
        {"title": "All", "showTitle": True, "height": "250px", "panels": [graph, single]},
        {"title": "More", "collapse": True, "panels": [hidden]},
    ]
    (file,) = chosen([_file(tmp_path, {"rows": rows})], tmp_path)
    drawn = {tile.panel.title: tile for tile in file.tiles}
    used = next(one for one in file.dashboard.panels if one.title == "Used")

    assert [tile.panel.kind for tile in file.tiles] == ["row", "timeseries", "stat", "row"]
    assert (drawn["Load"].panel.unit, drawn["Now"].panel.unit) == ("s", "percent")
    assert (drawn["Load"].x, drawn["Now"].x, drawn["Load"].y) == (0, drawn["Load"].width + 8, drawn["Now"].y)
    assert drawn["More"].hides == ("Used",)
    assert (used.kind, used.defaults["max"]) == ("gauge", 90)
