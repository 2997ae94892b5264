"""Exemplars lead from a slow request on a panel to its trace; without them on-call searches by time."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        asks = [
            (panel, use, target)
            for panel in dashboard.panels
            if panel.type == "timeseries"
            for use, target in scope.uses_of_panel(panel)
            if "histogram_quantile" in use.text and "_bucket" in use.text
        ]
        if asks and not any(target.content.get("exemplar") for _, _, target in asks):
            _, use, _ = asks[0]
            yield Found(
                use.at,
                f"No quantile on this dashboard asks for exemplars ({len(asks)} do not), so no slow request "
                "leads to its "
                "trace.",
                "Set exemplar to true on the query of the buckets.",
            )


EXEMPLARS = ReviewCheck("exemplars", "dashboards of latency without exemplars", Gravity.NOTE, _find)
