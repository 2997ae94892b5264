"""Choices that are never asked for again lack what was added since the dashboard was saved."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for at, variable in dashboard.variables:
            if variable.get("type") == "query" and variable.get("refresh") in (0, False, None):
                yield Found(
                    at,
                    "Its choices are those of the moment at which the dashboard was saved: a new service or machine "
                    "cannot be chosen, and one that is gone still can.",
                    "Set refresh to 2, on a change of the time range, or to 1, on load.",
                )


VARIABLE_REFRESH = ReviewCheck("variable-refresh", "variables whose choices are frozen", Gravity.WARNING, _find)
