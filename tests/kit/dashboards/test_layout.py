"""Places on the grid: rows share the 24 columns whatever is left out."""

from __future__ import annotations

import pytest
from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.layout import Row, Section, place


def _panels(count: int) -> tuple[G.Panel, ...]:
    return tuple(G.TimeSeries(id=index, title=str(index)) for index in range(1, count + 1))


@pytest.mark.parametrize("count", range(1, 9))
def test_panels_share_a_row_without_hole_or_overlap(count: int) -> None:
    """One to eight panels cover exactly the 24 columns, in order, with widths that differ by one at most."""
    placed = place("b", (Section("", (Row(5, _panels(count)),)),))
    columns = [x for panel in placed for x in range(panel.gridPos.x, panel.gridPos.x + panel.gridPos.w)]
    widths = {panel.gridPos.w for panel in placed}

    assert columns == list(range(24))
    assert max(widths) - min(widths) <= 1


def test_a_missing_panel_leaves_no_hole() -> None:
    """Neighbours take the room of a panel that has nothing to show; an empty row takes no height."""
    first, second = _panels(2)
    placed = place("b", (Section("", (Row(4, (None, first)), Row(9, (None,)), Row(5, (second, None)))),))

    assert [(p.gridPos.x, p.gridPos.y, p.gridPos.w) for p in placed] == [(0, 0, 24), (0, 4, 24)]


def test_a_closed_section_holds_its_panels() -> None:
    """A closed row takes one line; its panels lie inside it, and what follows stands right below."""
    hidden, shown = _panels(2)
    closed = Section("Detail", (Row(8, (hidden,)),), collapsed=True)
    placed = place("b", (closed, Section("Open", (Row(8, (shown,)),)), Section("Gone", (Row(8, (None,)),))))

    assert [panel.title for panel in placed] == ["Detail", "Open", shown.title]
    assert [panel.gridPos.y for panel in placed] == [0, 1, 2]
    assert placed[0].panels == [hidden]
    assert not placed[1].panels
