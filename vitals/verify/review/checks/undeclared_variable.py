"""A variable that the dashboard does not have stands in the query as text, so the query finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.model.promql.variables import names
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import ReviewedDashboard
from vitals.verify.review.scope import Scope

_OF_GRAFANA = re.compile(r"__\w+|timeFilter|interval_ms|interval|timeRange|timeFrom|timeTo|from|to")
"""Variables that Grafana has by itself, old names included."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        declared = {str(one.get("name")) for _, one in dashboard.variables} | _repeated(dashboard)
        for use in scope.uses_of(dashboard):
            missing = [name for name in names(use.text) if name not in declared and not _OF_GRAFANA.fullmatch(name)]
            for name in dict.fromkeys(missing):
                yield Found(
                    use.at,
                    f"${name} is used and nowhere declared, so it stands in the query as text and nothing is found.",
                    f"Declare the variable {name!r}, or correct its name.",
                )


def _repeated(dashboard: ReviewedDashboard) -> set[str]:
    """Variables that only a snapshot or an import fills: ``__inputs``, and constants of a panel's own."""
    found = dashboard.content.get("__inputs")
    inputs = found if isinstance(found, list) else []
    return {str(one.get("name")) for one in inputs if isinstance(one, dict)}


UNDECLARED_VARIABLE = ReviewCheck(
    "undeclared-variable", "variables in queries that the dashboard does not declare", Gravity.ERROR, _find
)
