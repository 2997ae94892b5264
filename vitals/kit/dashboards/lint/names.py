"""Links name dashboards by uid and panels by id, people name them by title: all three are unique."""

from __future__ import annotations

from collections import Counter

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found
from vitals.model.promql import Vocabulary

_LONGEST_UID = 40


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find names that are missing, too long or taken twice."""
    titles = Counter(dashboard["title"] for dashboard in dashboards.values())
    for uid, dashboard in dashboards.items():
        if dashboard.get("uid") != uid:
            yield uid, "", f"the uid {dashboard.get('uid')!r} is not the name of its file, {uid!r}; give it that."
        if len(uid) > _LONGEST_UID:
            yield uid, "", f"the uid has {len(uid)} characters, and Grafana takes {_LONGEST_UID}; shorten it."
        if not str(dashboard["title"]).strip():
            yield uid, "", "it has no title, by which people find it; give it one."
        elif titles[dashboard["title"]] > 1:
            yield uid, "", f"the title {dashboard['title']!r} is taken by another dashboard."
        everything = [*dashboard["panels"], *(inner for row in dashboard["panels"] for inner in row.get("panels", []))]
        for key in ("id", "title"):
            for name, count in Counter(panel.get(key) for panel in everything).items():
                if count > 1 or not name:
                    yield uid, str(name), f"{count} panels have the {key} {name!r}; give each its own."
