"""Panels of Angular become their successors, and what those cannot say is named."""

from __future__ import annotations

from vitals.model.dashboards.old_panels import renewed


def test_a_graph_becomes_a_timeseries() -> None:
    """Unit, bounds, stacking, thresholds, the second axis and colours of single series are those of the graph."""
    graph = {
        "type": "graph",
        "id": 3,
        "title": "Requests",
        "datasource": "Prometheus",
        "targets": [{"expr": "up", "refId": "A"}],
        "lines": True,
        "fill": 3,
        "linewidth": 2,
        "stack": True,
        "steppedLine": True,
        "nullPointMode": "connected",
        "aliasColors": {"500": "#f00"},
        "seriesOverrides": [{"alias": "/rate.*/", "yaxis": 2}],
        "yaxes": [
            {"format": "reqps", "min": "0", "label": "load", "logBase": 2},
            {"format": "s", "max": "3", "label": "wait"},
        ],
        "thresholds": [{"value": 100, "colorMode": "critical", "line": True}, {"value": 50, "colorMode": "warning"}],
        "legend": {"show": True, "values": True, "avg": True, "total": True, "alignAsTable": True, "rightSide": True},
    }

    panel, changes = renewed(graph)

    defaults = panel["fieldConfig"]["defaults"]
    assert (panel["type"], panel["id"], panel["targets"]) == ("timeseries", 3, graph["targets"])
    assert (defaults["unit"], defaults["min"]) == ("reqps", 0.0)
    assert defaults["custom"] == {
        "drawStyle": "line",
        "lineWidth": 2,
        "fillOpacity": 30,
        "lineInterpolation": "stepAfter",
        "showPoints": "never",
        "spanNulls": True,
        "axisLabel": "load",
        "scaleDistribution": {"type": "log", "log": 2},
        "stacking": {"mode": "normal", "group": "A"},
        "thresholdsStyle": {"mode": "line"},
    }
    assert defaults["thresholds"]["steps"] == [
        {"color": "green"},
        {"color": "orange", "value": 50.0},
        {"color": "red", "value": 100.0},
    ]
    assert panel["options"]["legend"] == {
        "showLegend": True,
        "displayMode": "table",
        "placement": "right",
        "calcs": ["mean"],
    }
    assert [one["matcher"] for one in panel["fieldConfig"]["overrides"]] == [
        {"id": "byName", "options": "500"},
        {"id": "byRegexp", "options": "/rate.*/"},
    ]
    assert panel["fieldConfig"]["overrides"][1]["properties"] == [
        {"id": "custom.axisPlacement", "value": "right"},
        {"id": "unit", "value": "s"},
        {"id": "custom.axisLabel", "value": "wait"},
        {"id": "max", "value": 3.0},
    ]
    assert any("adds up samples" in change for change in changes)


def test_a_singlestat_becomes_a_stat_or_a_gauge() -> None:
    """The value that is shown, its bounds and its words stay; a text around it is named as gone."""
    stat, changes = renewed(
        {
            "type": "singlestat",
            "format": "percent",
            "valueName": "avg",
            "colorBackground": True,
            "thresholds": "80,90",
            "colors": ["green", "orange", "red"],
            "postfix": " used",
            "valueMaps": [{"op": "=", "value": "0", "text": "none"}],
            "targets": [],
        }
    )
    gauge, _ = renewed({"type": "singlestat", "gauge": {"show": True, "minValue": 0, "maxValue": 100}})

    assert (stat["type"], stat["options"]["reduceOptions"]["calcs"]) == ("stat", ["mean"])
    assert stat["options"]["colorMode"] == "background"
    assert [step.get("value") for step in stat["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 80, 90]
    assert stat["fieldConfig"]["defaults"]["mappings"] == [{"type": "value", "options": {"0": {"text": "none"}}}]
    assert any("' used'" in change for change in changes)
    assert (gauge["type"], gauge["fieldConfig"]["defaults"]["max"]) == ("gauge", 100)


def test_a_panel_of_today_stays_as_it_is() -> None:
    """Nothing is done to a panel that Grafana still draws."""
    panel = {"type": "timeseries", "targets": []}

    assert renewed(panel) == (panel, [])


def test_an_old_table_keeps_its_columns() -> None:
    """Titles, units and hidden columns are those of its styles; colours are named as gone."""
    styles = [
        {"pattern": "Value #A", "alias": "Wait", "type": "number", "unit": "s", "decimals": 1, "colorMode": "cell"},
        {"pattern": "/Time|job/", "type": "hidden"},
    ]
    table, changes = renewed({"type": "table-old", "styles": styles, "targets": [{"expr": "wait"}]})

    assert table["type"] == "table"
    assert table["fieldConfig"]["overrides"] == [
        {
            "matcher": {"id": "byName", "options": "Value #A"},
            "properties": [
                {"id": "displayName", "value": "Wait"},
                {"id": "unit", "value": "s"},
                {"id": "decimals", "value": 1},
            ],
        },
        {
            "matcher": {"id": "byRegexp", "options": "/Time|job/"},
            "properties": [{"id": "custom.hidden", "value": True}],
        },
    ]
    assert any("colours" in change for change in changes)
