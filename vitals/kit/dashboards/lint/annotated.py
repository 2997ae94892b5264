"""A reader of a curve sees what changed and what fired at that moment."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, charts
from vitals.model.promql import Vocabulary

_WANTED = {"app_build_info": "deploys", "ALERTS": "firing alerts"}


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find dashboards with charts that lack one of the marks."""
    for uid in sorted({uid for uid, _ in charts(dashboards)}):
        asked = " ".join(annotation["expr"] for annotation in dashboards[uid]["annotations"]["list"])
        for series, what in _WANTED.items():
            if series not in asked:
                yield uid, "", f"its charts are not marked with {what}; add the annotation."
