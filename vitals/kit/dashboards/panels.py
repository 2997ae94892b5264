"""Panel factories: metadata and queries in, a grafanalib panel out. All panels of a type look and behave alike.

grafanalib has no field for zero-based axes with a soft end, no-value texts on time series, exemplars and much else that
is current, so those parts go through its ``extraJson``; what it still writes of old is removed in
:mod:`vitals.kit.dashboards.canonical`. Places on the dashboard are given later, by :mod:`vitals.kit.dashboards.layout`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.panel_metadata import PanelMetadata
from vitals.kit.dashboards.queries import EXPECTED, LAST_WEEK, LOWER_BOUND, SLO_TARGET, UPPER_BOUND, Query
from vitals.kit.dashboards.theme import UNITS, Colour
from vitals.kit.dashboards.thresholds import Step, steps_of
from vitals_telemetry.contract import Unit

_HEADROOM = 1.1
_LEAST_RATIO = 0.01
"""How far a share without a bound is drawn at least: of zeros alone Grafana draws an axis to 100, which is 10000 %."""
_FILL = 8
_BAND_FILL = 10
"""Per cent: a shade, under which the line itself and the bounds of alerts stay readable."""


def chart(
    metadata: PanelMetadata,
    *queries: Query,
    colour: Colour | None = None,
    top: float | None = None,
    overspent: bool = False,
    links: Sequence[dict[str, Any]] = (),
) -> G.TimeSeries:
    """Values over time, from zero, with the bounds of alerts as dashed lines.

    Args:
        metadata: What the panel says about itself.
        queries: What is drawn; the promise and last week, where they are among them, are dashed, bounds
            shaded.
        colour: One colour for all series; ``None`` gives each series its own.
        top: The axis ends here; ``None`` lets it follow the data and shows at least the lowest line.
        overspent: The values may fall below zero, as what is left of a budget does; the axis then shows how far.
        links: Where a click on a series leads.
    """
    defaults: dict[str, Any] = {
        "color": _colour(colour),
        "noValue": metadata.no_value,
        "links": list(links),
        "custom": {},
    }
    if overspent:
        defaults["custom"]["axisSoftMin"] = 0
    else:
        defaults["min"] = 0
    if top is not None:
        defaults["max"] = top
    elif metadata.lines:
        defaults["custom"]["axisSoftMax"] = round(metadata.lines[0].value * _HEADROOM, 6) or 1
    elif metadata.unit is Unit.RATIO:
        defaults["custom"]["axisSoftMax"] = _LEAST_RATIO
    return G.TimeSeries(
        id=metadata.panel,
        title=metadata.title,
        description=metadata.description,
        targets=_targets(queries),
        unit=UNITS[metadata.unit],
        thresholds=steps_of(metadata.lines, metadata.direction),
        thresholdsStyleMode="dashed" if metadata.lines else "off",
        fillOpacity=_FILL if colour else 0,
        lineWidth=2,
        showPoints="never",
        legendCalcs=["lastNotNull", "max"],
        tooltipMode="multi",
        tooltipSort="desc",
        overrides=_overrides(queries),
        extraJson={"fieldConfig": {"defaults": defaults}, "options": {"legend": {"showLegend": True}}},
    )


def stat(
    metadata: PanelMetadata, query: Query, *, steps: Sequence[Step] = (), links: Sequence[dict[str, Any]] = ()
) -> G.Stat:
    """A value now, one tile for each series, filled with colour where there is a bound.

    Args:
        metadata: What the panel says about itself.
        query: What is shown.
        steps: Colours in place of the alerts' bounds, where a value is judged by its own nature.
        links: Where a click leads.
    """
    judged = list(steps) or steps_of(metadata.lines, metadata.direction)
    defaults = {"color": {"mode": "thresholds"}, "noValue": metadata.no_value, "links": list(links)}
    return G.Stat(
        id=metadata.panel,
        title=metadata.title,
        description=metadata.description,
        targets=_targets((query,), instant=True),
        format=UNITS[metadata.unit],
        thresholds=judged,
        colorMode="background" if len(judged) > 1 else "value",
        graphMode="none",
        textMode="value_and_name",
        reduceCalc="lastNotNull",
        extraJson={"fieldConfig": {"defaults": defaults}},
    )


def table(
    metadata: PanelMetadata, query: Query, *, columns: Mapping[str, str], links: Mapping[str, dict[str, Any]]
) -> G.Table:
    """The labels of the series that a query returns now, one row for each.

    Args:
        metadata: What the panel says about itself.
        query: What is listed.
        columns: Title of the column by label, in order; the value itself is left out.
        links: By column title, where a click on a cell leads.
    """
    organize = {
        "excludeByName": {"Time": True, "Value": True},
        "indexByName": {label: index for index, label in enumerate(columns)},
        "renameByName": dict(columns),
    }
    return G.Table(
        id=metadata.panel,
        title=metadata.title,
        description=metadata.description,
        targets=_targets((query,), instant=True, form="table"),
        unit=UNITS[metadata.unit],
        thresholds=steps_of(metadata.lines, metadata.direction),
        overrides=[_override(column, {"links": [link]}) for column, link in links.items()],
        transformations=[{"id": "organize", "options": organize}],
        extraJson={"fieldConfig": {"defaults": {"noValue": metadata.no_value}}},
    )


def _targets(queries: Sequence[Query], *, instant: bool = False, form: str = "time_series") -> list[dict[str, Any]]:
    targets = []
    for index, query in enumerate(queries):
        target: dict[str, Any] = G.Target(
            refId=chr(ord("A") + index),
            expr=query.expr.text,
            legendFormat=query.legend,
            instant=instant,
            format=form,
        ).to_json_data()
        targets.append(target | {"range": not instant, "exemplar": query.exemplar, "editorMode": "code"})
    return targets


def _colour(colour: Colour | None) -> dict[str, str]:
    return {"mode": "fixed", "fixedColor": colour} if colour else {"mode": "palette-classic-by-name"}


def _dashed(name: str, *, matcher: str = "byName") -> dict[str, Any]:
    look = {
        "color": {"mode": "fixed", "fixedColor": Colour.NEUTRAL},
        "custom.lineStyle": {"fill": "dash", "dash": [8, 6]},
        "custom.lineWidth": 1,
        "custom.fillOpacity": 0,
    }
    return _override(name, look, matcher=matcher)


def _overrides(queries: Sequence[Query]) -> list[dict[str, Any]]:
    """Dash what is only compared with; hide an exemplar query's series, which must run (``hide`` would stop it)."""
    found = [_dashed(SLO_TARGET)] if any(query.legend == SLO_TARGET for query in queries) else []
    if any(query.legend.endswith(LAST_WEEK) for query in queries):
        found.append(_dashed(f"/{LAST_WEEK}$/", matcher="byRegexp"))
    found += _band([query.legend for query in queries])
    for target, query in zip(_targets(queries), queries, strict=True):
        if query.exemplar:
            unseen = {"id": "custom.hideFrom", "value": {"legend": True, "tooltip": True, "viz": True}}
            found.append({"matcher": {"id": "byFrameRefID", "options": target["refId"]}, "properties": [unseen]})
    return found


def _band(legends: Sequence[str]) -> list[dict[str, Any]]:
    """A shade between the bounds of one line, and hair lines where several have them: a shade reaches to one name.

    The legend leaves the bounds out, for each line would have two more; the pointer shows them.
    """
    if not any(legend.endswith(UPPER_BOUND) for legend in legends):
        return []
    hair = {
        "color": {"mode": "fixed", "fixedColor": Colour.NEUTRAL},
        "custom.lineWidth": 1,
        "custom.fillOpacity": 0,
    }
    unnamed = {"custom.hideFrom": {"legend": True, "tooltip": False, "viz": False}}
    if UPPER_BOUND not in legends:
        return [_override(f"/({LOWER_BOUND}|{UPPER_BOUND})$/", {**hair, **unnamed}, matcher="byRegexp")]
    bound = {**hair, **unnamed, "custom.lineWidth": 0}
    shade = {**bound, "custom.fillOpacity": _BAND_FILL, "custom.fillBelowTo": LOWER_BOUND}
    return [_override(EXPECTED, hair), _override(LOWER_BOUND, bound), _override(UPPER_BOUND, shade)]


def _override(name: str, properties: dict[str, Any], *, matcher: str = "byName") -> dict[str, Any]:
    return {
        "matcher": {"id": matcher, "options": name},
        "properties": [{"id": key, "value": value} for key, value in properties.items()],
    }
