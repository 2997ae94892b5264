"""A panel that asks nothing is an empty box, and looks like an outage of what it is named after."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import NOT_QUERIED
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            if panel.type in NOT_QUERIED or panel.from_library or panel.content.get("snapshotData"):
                continue
            if not panel.targets:
                yield Found(
                    panel.at,
                    "It has no query, so it stays empty and looks like an outage of what it is named after.",
                    "Give it a query, or remove it.",
                )
            elif all(target.content.get("hide") is True for target in panel.targets):
                yield Found(
                    panel.at,
                    "All of its queries are hidden, so it stays empty.",
                    "Show one of them, or remove the panel.",
                )


PANEL_QUERY = ReviewCheck("panel-query", "panels that ask nothing", Gravity.WARNING, _find)
