"""The legend of a panel: as many numbers as there is room for, and names that can be distinguished."""

from __future__ import annotations

import pytest

from vitals.local.draw.frame import Size
from vitals.local.draw.legend import Legend
from vitals.local.draw.series import DrawnSeries

from .conftest import START, PanelMaker

LIST = {"legend": {"showLegend": True, "placement": "bottom", "calcs": ["lastNotNull", "max"]}}


def _series(name: str) -> DrawnSeries:
    return DrawnSeries(name, {}, (float(START),), (0.25,))


@pytest.mark.parametrize(
    ("width", "label"),
    [
        (480, "p95 response time  Last *: 250 ms  Max: 250 ms"),
        (300, "p95 response time  Last *: 250 ms"),
        (220, "p95 response time"),
    ],
)
def test_numbers_that_have_no_room_are_left_out_whole(make_panel: PanelMaker, width: int, label: str) -> None:
    """Half a number is a wrong one, so the last calculation goes before anything is cut."""
    legend = Legend(make_panel(unit="s", options=LIST), [_series("p95 response time")], Size(width, 240))

    assert legend.labels == legend.texts == {"p95 response time": label}


def test_names_are_cut_where_they_still_differ(make_panel: PanelMaker) -> None:
    """Of names that begin alike the ends are shown, of others the beginnings."""
    size, panel = Size(420, 160), make_panel(options=LIST)
    alike = [f"namespace-0 deployment-of-something-{number}" for number in range(9)]
    others = [f"{number} in a namespace with a long name" for number in range(9)]

    ends = Legend(panel, [_series(name) for name in alike], size).texts
    begins = Legend(panel, [_series(name) for name in others], size).texts

    assert list(ends) == alike
    assert all(text.startswith("…") and text.endswith(name[-1]) for name, text in ends.items())
    assert all(text.endswith("…") and text.startswith(name[0]) for name, text in begins.items())
    assert len(set(ends.values())) == len(set(begins.values())) == 9
