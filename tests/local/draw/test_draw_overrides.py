"""What a panel says of single series and columns: units, titles, what is hidden, and what is drawn below zero."""

from __future__ import annotations

from typing import Any

from vitals.local.draw.dashboard import Panel, parse_dashboard
from vitals.local.draw.frame import PanelData, Size
from vitals.local.draw.legend import Legend
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.table import build_table
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import choose_window

SIZE = Size(600, 300)
WINDOW = choose_window(0, 600, width=SIZE.width)
TIMES = (60.0, 65.0)


def _panel(kind: str, *overrides: dict[str, Any], **more: Any) -> Panel:  # noqa: ANN401
    config = {"defaults": {"unit": "bytes"}, "overrides": list(overrides)}
    raw = {"id": 1, "type": kind, "fieldConfig": config, "targets": [{"refId": "A", "expr": "a"}], **more}
    return parse_dashboard({"uid": "b", "panels": [raw]}).panels[0]


def _of(name: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    found = [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": found}


def test_a_series_has_its_own_unit_in_the_legend() -> None:
    """The others have the panel's."""
    panel = _panel("timeseries", _of("busy", unit="s"), options={"legend": {"calcs": ["max"]}})
    series = [DrawnSeries("busy", {}, TIMES, (1.0, 2.0)), DrawnSeries("read", {}, TIMES, (1024.0, 2048.0))]

    assert list(Legend(panel, series, SIZE).labels.values()) == ["busy  Max: 2 s", "read  Max: 2 KiB"]


def test_what_is_shown_below_zero_is_drawn_there() -> None:
    """Its numbers in the legend stay as they are."""
    panel = _panel("timeseries", _of("sent", custom__transform="negative-Y"), options={"legend": {"calcs": ["max"]}})
    series = [DrawnSeries("sent", {}, TIMES, (1.0, 2.0))]
    spec = draw_panel(panel, PanelData(series), window=WINDOW, size=SIZE, theme=LIGHT)

    assert [row["v"] for row in spec["datasets"]["points"]] == [-1.0, -2.0]
    assert list(Legend(panel, series, SIZE).labels.values()) == ["sent  Max: 2 B"]


def test_columns_have_their_own_titles_and_units_or_are_hidden() -> None:
    """By overrides, as old tables had them by styles."""
    panel = _panel("table", _of("Value", displayName="Wait", unit="s"), _of("pod", custom__hidden=True))
    table = build_table(panel, [DrawnSeries("a", {"pod": "p", "zone": "z"}, TIMES, (1.0, 2.0))], LIGHT)

    assert table.columns == ("zone", "Wait")
    assert table.rows == (("z", "2 s"),)


def test_a_single_dial_has_no_name_unless_the_panel_says_one() -> None:
    """As in Grafana: two dials have theirs."""

    def texts(panel: Panel, *names: str) -> str:
        series = [DrawnSeries(name, {}, TIMES, (1.0, 2.0)) for name in names]
        return str(draw_panel(panel, PanelData(series), window=WINDOW, size=SIZE, theme=LIGHT))

    assert "only" not in texts(_panel("gauge"), "only")
    assert "only" in texts(_panel("gauge"), "only", "other")
    assert "Named" in texts(_panel("gauge", _of("only", displayName="Named")), "only")


def test_a_query_with_exemplars_is_drawn_unless_its_series_are_hidden() -> None:
    """Exports of Grafana mark every query so; one that is there for exemplars alone is hidden by its letter."""
    hidden = {
        "matcher": {"id": "byFrameRefID", "options": "A"},
        "properties": [{"id": "custom.hideFrom", "value": {"viz": True}}],
    }
    targets = [{"refId": "A", "expr": "a", "exemplar": True}]

    assert not _panel("timeseries", targets=targets).targets[0].hidden
    assert _panel("timeseries", hidden, targets=targets).targets[0].hidden


def test_a_panel_without_a_place_has_grafanas() -> None:
    """Six columns and three rows in the upper left corner."""
    grid = _panel("stat").grid

    assert (grid.x, grid.y, grid.w, grid.h) == (0, 0, 6, 3)
