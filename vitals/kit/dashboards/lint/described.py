"""Every panel says which question it answers, and what it means when it is empty."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, all_panels
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find panels without title, description or no-value text."""
    for uid, panel in all_panels(dashboards):
        if not panel.get("title", "").strip() or not panel.get("description", "").strip():
            yield uid, panel.get("title", ""), "title or description is missing; say what it shows and why it matters."
        if not panel["fieldConfig"]["defaults"].get("noValue"):
            yield uid, panel.get("title", ""), "noValue is missing; say what an empty panel means."
