"""The layers of a timeseries panel, from back to front: events, series, thresholds, exemplars.

Each layer names its dataset; which rows are in it is the business of ``timeseries``.
"""

from collections.abc import Mapping, Sequence

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import LineStyle
from vitals.local.draw.frame import Row, Spec
from vitals.local.draw.text_width import text_px
from vitals.local.draw.theme import Theme

_NEAREST = "near"
"""The parameter that holds the sample nearest to the pointer."""
_ALONE = {"filter": "datum.alone"}
"""Of the samples with a gap on both sides, which no line reaches."""
_NEVER_CUT_PX = 100.0
"""Vega cuts a label of an axis at 180 pixels: one that is estimated at so many has that room in any font."""


def still(spec: Spec) -> Spec:
    """A drawing that no pointer will be over and that gets no other rows: without all that shows nothing then.

    The layer of what is nearest to a pointer has an invisible point and an area around it for each sample, which is
    most of what there is to draw. A layer without rows is there for the next refresh. Labels that are short are not
    asked whether they must be cut: the renderer measures a text thrice for that, and measuring is most of its time.
    """
    layers = [_unmoved(one) for one in spec["layer"] if _shows(one, spec["datasets"])]
    config = spec["config"]
    texts = next((one["value"] for one in spec["params"] if one["name"] == "y_texts"), None)
    if texts is not None and all(text_px(one) < _NEVER_CUT_PX for one in texts):
        config = {**config, "axis": {**config["axis"], "labelLimit": 0}}
    return {**spec, "config": config, "layer": layers or spec["layer"]}


def _shows(layer: Spec, datasets: Mapping[str, Sequence[Row]]) -> bool:
    if any(param["name"] == _NEAREST for param in layer.get("params", ())):
        return False
    rows = datasets.get(layer["data"]["name"], ())
    return any(row["alone"] for row in rows) if _ALONE in layer.get("transform", ()) else bool(rows)


def _unmoved(layer: Spec) -> Spec:
    """A layer that waits for no pointer."""
    encoding = {
        channel: one
        for channel, one in layer["encoding"].items()
        if channel != "tooltip" and "param" not in one.get("condition", ())
    }
    return {**{key: one for key, one in layer.items() if key != "params"}, "encoding": encoding}


def series_layers(
    panel: Panel, color: Spec, styles: Sequence[LineStyle], *, x: Spec, y: Spec, written: str
) -> list[Spec]:
    """Return areas, lines (or bars or points) with a legend that singles out, and a point under the pointer.

    What is not stacked while others are stands in ``beside``. ``written`` is the expression of a value under the
    pointer.
    """
    encoding: Spec = {"x": x, "y": y, "color": color}
    dimmed = {"condition": {"param": "chosen", "value": 1, "empty": True}, "value": 0.12}
    chosen = {"name": "chosen", "select": {"type": "point", "fields": ["series"]}, "bind": "legend"}
    near = {
        "name": _NEAREST,
        "select": {"type": "point", "nearest": True, "on": "pointerover", "clear": "pointerout"},
    }
    tooltip = [
        {"field": "series", "title": "Series"},
        {"field": "shown", "title": "Value"},
        {"field": "t", "type": "temporal", "title": "Time", "format": "%-d %b %H:%M:%S"},
    ]
    shown = {"calculate": written, "as": "shown"}
    visible = {"condition": {"param": _NEAREST, "value": 1, "empty": False}, "value": 0}
    points = {"name": "points"}
    dot: Spec = {"type": "point", "aria": False, "filled": True, "clip": True}
    shapes = _shapes(panel, filled=any(style.fill for style in styles))
    return [
        _band_layer(encoding),
        *({"data": points, "mark": area, "encoding": encoding} for area in shapes[:-1]),
        {
            "data": points,
            "params": [chosen],
            "mark": shapes[-1],
            "encoding": {**encoding, "opacity": dimmed},
        },
        {"data": {"name": "beside"}, "mark": shapes[-1], "encoding": {**encoding, "y": {**y, "stack": None}}},
        {
            "data": points,
            "transform": [_ALONE],
            "mark": {**dot, "size": 22},
            "encoding": encoding,
        },
        {
            "data": points,
            "transform": [{"filter": "isValid(datum.v)"}, shown],
            "params": [near],
            "mark": {**dot, "size": 60},
            "encoding": {**encoding, "opacity": visible, "tooltip": tooltip},
        },
    ]


def _band_layer(encoding: Spec) -> Spec:
    """Return the shades between two lines."""
    between = {"y": {**encoding["y"], "field": "high", "stack": None}, "y2": {"field": "low"}}
    fill = {"expr": "styles[datum.series].band"}
    return {
        "data": {"name": "bands"},
        "mark": {"type": "area", "line": False, "clip": True, "opacity": 1, "fillOpacity": fill},
        "encoding": {**encoding, **between},
    }


def _shapes(panel: Panel, *, filled: bool) -> list[Spec]:
    """Return the marks from back to front; the last one is the main mark. Styles are looked up by series name."""
    if panel.custom.get("drawStyle") == "bars":
        return [{"type": "bar", "opacity": 0.8, "width": 3, "clip": True}]
    if panel.custom.get("drawStyle") == "points":
        return [{"type": "point", "filled": True, "size": 16, "clip": True}]
    curves = {"smooth": "monotone", "stepAfter": "step-after", "stepBefore": "step-before"}
    curve = curves.get(str(panel.custom.get("lineInterpolation")), "linear")
    area: Spec = {
        "type": "area",
        "interpolate": curve,
        "line": False,
        "clip": True,
        "opacity": 1,
        "fillOpacity": {"expr": "styles[datum.series].fill"},
    }
    line: Spec = {
        "type": "line",
        "interpolate": curve,
        "clip": True,
        "strokeWidth": {"expr": "styles[datum.series].width"},
        "strokeDash": {"expr": "styles[datum.series].dash"},
    }
    return [area, line] if filled else [line]


def event_layers() -> list[Spec]:
    """Return a band and a dashed line for each event."""
    color = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    tooltip = [
        {"field": "title", "title": "Event"},
        {"field": "text", "title": "Detail"},
        {"field": "t", "type": "temporal", "title": "From", "format": "%-d %b %H:%M:%S"},
    ]
    x = {"field": "t", "type": "temporal"}
    events = {"name": "events"}
    return [
        {
            "data": events,
            "mark": {"type": "rect", "opacity": 0.08, "clip": True},
            "encoding": {"x": x, "x2": {"field": "until"}, "fill": color, "tooltip": tooltip},
        },
        {
            "data": events,
            "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.2, "clip": True},
            "encoding": {"x": x, "stroke": color, "tooltip": tooltip},
        },
    ]


def threshold_layers(panel: Panel) -> list[Spec]:
    """Return a line for each threshold with its value at the right end."""
    mode = str((panel.custom.get("thresholdsStyle") or {}).get("mode") or "off")
    color = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    y = {"field": "v", "type": "quantitative"}
    dash: Spec = {"strokeDash": [6, 4]} if "dash" in mode else {}
    label: Spec = {"type": "text", "align": "right", "baseline": "bottom", "dy": -2, "dx": -2, "fontSize": 10}
    thresholds = {"name": "thresholds"}
    return [
        {
            "data": thresholds,
            "mark": {"type": "rule", "strokeWidth": 1.3, "clip": True, **dash},
            "encoding": {"y": y, "stroke": color, "tooltip": {"field": "label", "title": "Threshold"}},
        },
        {
            "data": thresholds,
            "mark": label,
            "encoding": {"x": {"value": "width"}, "y": y, "text": {"field": "label"}, "fill": color},
        },
    ]


def exemplar_layer(theme: Theme) -> Spec:
    """Return a diamond for each exemplar that opens its trace."""
    return {
        "data": {"name": "exemplars"},
        "transform": [{"calculate": "'/traces/' + datum.trace", "as": "url"}],
        "mark": {
            "type": "point",
            "shape": "diamond",
            "filled": True,
            "size": 60,
            "fill": theme.named["yellow"],
            "stroke": theme.surface,
            "strokeWidth": 1,
            "cursor": "pointer",
            "clip": True,
        },
        "encoding": {
            "x": {"field": "t", "type": "temporal"},
            "y": {"field": "v", "type": "quantitative"},
            "href": {"field": "url"},
            "tooltip": [
                {"field": "shown", "title": "Exemplar"},
                {"field": "trace", "title": "Trace"},
                {"field": "t", "type": "temporal", "title": "Time", "format": "%-d %b %H:%M:%S"},
            ],
        },
    }
