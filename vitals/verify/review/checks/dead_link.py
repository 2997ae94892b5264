"""A link that leads nowhere, or to another time, costs on-call the minutes in which it matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import At, Found, Gravity
from vitals.verify.review.panels import ReviewedDashboard, elements, mapping
from vitals.verify.review.scope import Scope

_DASHBOARD = re.compile(r"(?:^|/)d/([A-Za-z0-9_-]+)")
_HOLDS_TIME = ("__url_time_range", "from=", "$__all_variables", ":queryparam")


def _find(scope: Scope) -> Iterator[Found]:
    shipped = {dashboard.uid for dashboard in scope.dashboards}
    for dashboard in scope.dashboards:
        for at, link in _links(dashboard):
            url = str(link.get("url") or "")
            uid = _DASHBOARD.search(url)
            if uid is None:
                continue
            if scope.model is not None and uid[1] not in shipped:
                yield Found(
                    at,
                    f"It leads to the dashboard {uid[1]!r}, which does not exist.",
                    "Correct the uid, or ship that dashboard.",
                    Gravity.ERROR,
                )
            elif not (link.get("keepTime") or any(one in url for one in _HOLDS_TIME)):
                yield Found(
                    at,
                    "It does not take the time range along: who follows it from last night sees the last hour.",
                    "Set keepTime, or add ${__url_time_range} to the address.",
                    Gravity.NOTE,
                )


def _links(dashboard: ReviewedDashboard) -> Iterator[tuple[At, Any]]:
    for index, link in enumerate(elements(dashboard.content.get("links"))):
        yield dashboard.at.inside("links", index), mapping(link)
    for panel in dashboard.panels:
        for index, link in enumerate(elements(panel.content.get("links"))):
            yield panel.at.inside("links", index), mapping(link)
        for index, link in enumerate(elements(panel.defaults.get("links"))):
            yield panel.at.inside("fieldConfig", "defaults", "links", index), mapping(link)


DEAD_LINK = ReviewCheck(
    "dead-link", "links between dashboards that lead nowhere or lose the time", Gravity.ERROR, _find
)
