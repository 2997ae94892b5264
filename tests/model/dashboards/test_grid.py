"""No panel stands over another or beyond the edge, wherever it stood before."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vitals.model.dashboards.grid import COLUMNS, placed_panels, settle

_number = st.one_of(st.none(), st.integers(-3, 40), st.floats(0, 30), st.text(max_size=2))
_panels = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["stat", "row"]), "gridPos": st.dictionaries(st.sampled_from("xywh"), _number)}
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(_panels)
def test_panels_never_overlap(panels: list[dict[str, Any]]) -> None:
    """Each cell of the grid holds one panel at most, and all panels are within its columns."""
    cells = Counter(
        (x, y)
        for panel in settle(panels)
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    )

    assert max(cells.values()) == 1
    assert {x for x, _ in cells} <= set(range(COLUMNS))


def test_old_rows_stand_on_the_grid() -> None:
    """Spans of twelve become columns of 24; a row that is full goes on below, and a closed one keeps its panels."""
    rows = [
        {"height": "190px", "panels": [{"type": "graph", "span": 6}, {"type": "graph", "span": 6}, {"type": "text"}]},
        {"title": "More", "collapse": True, "panels": [{"type": "graph", "span": 12}]},
    ]

    found = placed_panels({"rows": rows})

    assert [panel["gridPos"] for panel, _ in found[:3]] == [
        {"x": 0, "y": 0, "w": 12, "h": 5},
        {"x": 12, "y": 0, "w": 12, "h": 5},
        {"x": 0, "y": 5, "w": 8, "h": 5},
    ]
    header, path = found[3]
    assert (header["type"], header["collapsed"], len(header["panels"])) == ("row", True, 1)
    assert path == ("rows", 1)
