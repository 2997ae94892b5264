"""A dashboard of one service leads from a slow request to its trace: its response time has an exemplar query."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, Panel, charts
from vitals.model.conventions import SERVICE
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find dashboards with time but without exemplars, and exemplar queries that have none to give."""
    dashboards_of_service = {
        uid
        for uid, dashboard in dashboards.items()
        if any(v["name"] == SERVICE for v in dashboard["templating"]["list"])
    }
    timed: set[str] = set()
    exemplary: set[str] = set()
    for uid, panel in charts(dashboards):
        if panel["fieldConfig"]["defaults"].get("unit") == "s":
            timed.add(uid)
        for target in panel.get("targets", []):
            if target.get("exemplar"):
                exemplary.add(uid)
                if target["refId"] not in _unseen(panel) or "_bucket" not in target["expr"]:
                    yield (
                        uid,
                        panel["title"],
                        "an exemplar query reads raw buckets, runs, and hides its series beside a recorded one.",
                    )
    for uid in sorted(timed & dashboards_of_service - exemplary):
        yield uid, "", "no panel has an exemplar query, so no slow request leads to its trace."


def _unseen(panel: Panel) -> set[str]:
    """The queries whose series are kept from view, legend and tooltip."""
    return {
        override["matcher"]["options"]
        for override in panel["fieldConfig"].get("overrides", [])
        if override["matcher"]["id"] == "byFrameRefID"
        for entry in override["properties"]
        if entry["id"] == "custom.hideFrom" and all(entry["value"].values())
    }
