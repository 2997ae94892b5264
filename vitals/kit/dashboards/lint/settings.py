"""A dashboard is generated: current schema, not editable, in UTC, refreshing by itself and found by its tags."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found
from vitals.model.promql import Vocabulary

_WANTED = {"schemaVersion": 42, "editable": False, "timezone": "utc"}
_LEAST_REFRESH = 5


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Compare the settings of each dashboard with those that all share."""
    for uid, dashboard in dashboards.items():
        for key, wanted in _WANTED.items():
            if dashboard.get(key) != wanted:
                yield uid, "", f"{key} is {dashboard.get(key)!r}; every dashboard has {wanted!r}."
        refresh = str(dashboard.get("refresh", ""))
        if not refresh.removesuffix("s").isdigit() or int(refresh[:-1]) < _LEAST_REFRESH:
            yield uid, "", f"refresh is {refresh!r}; give seconds, not fewer than a scrape takes ({_LEAST_REFRESH}s)."
        if not dashboard.get("tags") or not dashboard.get("description"):
            yield uid, "", "tags or description are missing; say how it is found and which question it answers."
