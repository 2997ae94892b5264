"""A variable that changes nothing makes people believe that they have narrowed down what they see."""

from __future__ import annotations

import json
from collections.abc import Iterator

from vitals.model.promql.variables import names
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_NOT_NAMED = frozenset({"adhoc", "datasource", "interval", "groupby"})
"""Types that work without being named: ad hoc filters are added to every query, and a source is taken by its type."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        used = set(names(json.dumps(dashboard.content)))
        repeated = {str(panel.content.get("repeat")) for panel in dashboard.panels}
        for at, variable in dashboard.variables:
            name = str(variable.get("name"))
            if name not in used | repeated and str(variable.get("type")) not in _NOT_NAMED:
                yield Found(
                    at,
                    f"The variable {name!r} is used nowhere: who chooses a value sees the same as before and takes it "
                    "for the chosen part.",
                    "Use it in the queries, or remove it.",
                )


UNUSED_VARIABLE = ReviewCheck("unused-variable", "variables that change nothing", Gravity.NOTE, _find)
