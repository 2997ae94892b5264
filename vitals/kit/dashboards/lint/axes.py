"""Axes start at zero: a chart that does not makes a small change look like a catastrophe."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, charts
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find charts whose axis starts elsewhere; one that goes below zero where values do shows zero all the same."""
    for uid, panel in charts(dashboards):
        defaults = panel["fieldConfig"]["defaults"]
        low = defaults["min"] if "min" in defaults else (defaults.get("custom") or {}).get("axisSoftMin")
        if low != 0:
            yield uid, panel["title"], "its axis does not start at zero; set min to 0."
