"""The link of an alert is opened at night: it must lead to a panel that exists and is in view."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_LINK = re.compile(r"/d(?:-solo)?/(?P<uid>[A-Za-z0-9_-]+)[^\s]*?(?:viewPanel|panelId)=(?:panel-)?(?P<panel>\d+)")
_DASHBOARD = re.compile(r"/d/(?P<uid>[A-Za-z0-9_-]+)")


def _find(scope: Scope) -> Iterator[Found]:
    dashboards = {dashboard.uid: dashboard for dashboard in scope.dashboards if dashboard.uid}
    for alert in scope.alerts:
        for key, text in alert.annotations.items():
            if linked := _DASHBOARD.search(text):
                at = alert.at.inside("annotations", key)
                dashboard = dashboards.get(linked["uid"])
                if dashboard is None:
                    if scope.model is not None:
                        yield Found(
                            at,
                            f"It links to the dashboard {linked['uid']!r}, which does not exist.",
                            "Correct the uid, or ship that dashboard.",
                        )
                    continue
                panel_link = _LINK.search(text)
                if panel_link is None:
                    continue
                panels = [one for one in dashboard.panels if str(one.content.get("id")) == panel_link["panel"]]
                if not panels:
                    yield Found(
                        at,
                        f"It links to panel {panel_link['panel']} of {dashboard.title!r}, which does not "
                        "exist: on-call "
                        "sees 'Panel not found'.",
                        "Link to a panel that is there.",
                    )
                elif panels[0].row is not None:
                    yield Found(
                        at,
                        f"It links to {panels[0].title!r}, which a collapsed row of {dashboard.title!r} hides: closing "
                        "the panel leaves on-call on a dashboard where it is not to be seen.",
                        f"Move the panel out of the row {panels[0].row!r}, or leave the row open.",
                        Gravity.WARNING,
                    )


HIDDEN_PANEL = ReviewCheck(
    "hidden-panel", "alerts whose link leads to nothing, or into a collapsed row", Gravity.ERROR, _find
)
