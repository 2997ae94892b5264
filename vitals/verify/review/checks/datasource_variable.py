"""A dashboard that names one data source shows nothing, or another cluster, where that source has another uid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_OWN = frozenset({"-- Grafana --", "-- Mixed --", "-- Dashboard --", "grafana", "-- grafana --"})
"""Sources that are part of Grafana itself."""
_INNER = frozenset({"grafana", "datasource", "__expr__", "mixed", "dashboard"})


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            fixed = [_fixed(one) for one in (panel.content, *(target.content for target in panel.targets))]
            named = next((one for one in fixed if one), "")
            if named:
                yield Found(
                    panel.at,
                    f"It asks the data source {named!r}, whatever is chosen on the dashboard: in another Grafana the "
                    "panel is empty, and beside another environment it shows this one.",
                    "Use a variable of type datasource, such as ${datasource}.",
                )


def _fixed(content: Any) -> str:  # noqa: ANN401 - any JSON object
    """The data source that is named and not chosen; empty for none."""
    source = content.get("datasource")
    uid = source.get("uid") if isinstance(source, dict) else source
    if isinstance(source, dict) and str(source.get("type")) in _INNER:
        return ""
    chosen = not isinstance(uid, str) or not uid or uid.startswith(("$", "[[")) or uid in _OWN
    return "" if chosen else str(uid)


DATASOURCE_VARIABLE = ReviewCheck("datasource-variable", "panels that name one data source", Gravity.NOTE, _find)
