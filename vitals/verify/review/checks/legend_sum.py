"""The sum of the points of a rate depends on how many points are drawn: it counts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import elements, mapping
from vitals.verify.review.promql import RATES, windows
from vitals.verify.review.scope import Scope

_SUMS = frozenset({"sum", "total", "count"})


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            options = mapping(panel.content.get("options"))
            named = [
                *elements(mapping(options.get("legend")).get("calcs")),
                *elements(mapping(options.get("reduceOptions")).get("calcs")),
            ]
            wrong = sorted(_SUMS & {one for one in named if isinstance(one, str)})
            uses = [use for use, _ in scope.uses_of_panel(panel) if use.node is not None]
            rated = any(
                function in RATES - {"increase"}
                for use in uses
                if use.node is not None
                for function, _, _ in windows(use.node)
            ) or any(":rate" in use.text for use in uses)
            if wrong and rated:
                yield Found(
                    panel.at.inside("options"),
                    f"It shows the {wrong[0]} of a rate's points: the number doubles with the width of the screen.",
                    "Show last, max or mean; for a total ask increase() over $__range.",
                )


LEGEND_SUM = ReviewCheck("legend-sum", "legends that add up the points of a rate", Gravity.WARNING, _find)
