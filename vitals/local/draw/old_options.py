"""Options of panels that still have their type and kept their options beside them once: text and heatmap."""

from collections.abc import Mapping
from typing import Any


def old_options(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a panel that has none: text panels before Grafana 7 and heatmaps before 9 kept them beside it."""
    if raw.get("type") != "heatmap":
        return {"content": raw.get("content", "")}
    axis, color = raw.get("yAxis") or {}, raw.get("color") or {}
    return {
        "calculate": raw.get("dataFormat", "tsbuckets") != "tsbuckets",
        "yAxis": {"unit": axis.get("format")},
        "legend": raw.get("legend") or {"show": False},
        "color": {
            "mode": "opacity" if color.get("mode") == "opacity" else "scheme",
            "scheme": str(color.get("colorScheme") or "").removeprefix("interpolate"),
            "fill": color.get("cardColor"),
            "exponent": color.get("exponent") if color.get("mode") == "opacity" else None,
        },
    }
