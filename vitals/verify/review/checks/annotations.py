"""Whether a curve broke with a deploy is the first question of an incident; without marks it is looked up elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        drawn = any(panel.type in ("timeseries", "graph") for panel in dashboard.panels)
        own = [one for _, one in dashboard.annotations if one.get("builtIn") != 1]
        if drawn and not own:
            yield Found(
                dashboard.at,
                "Its curves carry no marks, so whether a deploy or an alert came first is looked up elsewhere.",
                "Add annotations of deploys and of firing alerts.",
            )


ANNOTATIONS = ReviewCheck("annotations", "dashboards whose curves carry no marks", Gravity.NOTE, _find)
