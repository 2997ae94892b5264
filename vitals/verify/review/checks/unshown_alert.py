"""On-call who cannot see on any panel what an alert has seen writes PromQL at night."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import name_of, selectors
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole


def _find(scope: Scope) -> Iterator[Found]:
    if not scope.dashboards:
        return
    shown = {
        name_of(one)
        for use in scope.uses
        if use.role is UseRole.PANEL and use.node is not None
        for one in selectors(use.node)
    }
    uids = {one.uid for one in scope.dashboards if one.uid}
    for alert in scope.alerts:
        linked = any(f"/d/{uid}" in text for uid in uids for text in alert.annotations.values())
        if alert.node is None or not alert.pages or linked:
            continue
        asked = {name_of(one) for one in selectors(alert.node)} - {""}
        if asked and not asked & shown:
            yield Found(
                alert.at,
                f"No panel shows {', '.join(sorted(asked))}, so on-call cannot see what the alert has seen.",
                "Draw it with the bound of the alert as a threshold line, and link the panel in an annotation.",
            )


UNSHOWN_ALERT = ReviewCheck("unshown-alert", "pages about what no panel shows", Gravity.NOTE, _find)
