"""A query that leaves out the variable that all others obey shows every cluster under the name of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vitals.model.promql.variables import names
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import every_selector_name, matchers, name_of, selectors
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import PromqlUse, UseRole

_SCOPING = frozenset({"job", "instance", "cluster", "namespace", "service", "environment", "env", "node", "region"})
"""Labels by which people choose what they look at."""
_MOST_OBEY = 0.6
"""Where fewer queries use a variable, it belongs to a part of the dashboard only."""
_FEWEST = 4
"""Queries below which a share says nothing."""


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        declared = {str(one.get("name")) for _, one in dashboard.variables}
        uses = [one for one in scope.uses_of(dashboard) if one.role is UseRole.PANEL and one.node is not None]
        obeying: dict[tuple[str, str], list[PromqlUse]] = defaultdict(list)
        for use in uses:
            for label, variable in _chosen(use):
                obeying[label, variable].append(use)
        for (label, variable), several in obeying.items():
            if label not in _SCOPING or variable not in declared or len(uses) < _FEWEST:
                continue
            if len(several) < len(uses) and len(several) >= _MOST_OBEY * len(uses):
                for use in uses:
                    if use not in several and variable not in names(use.text) and _asks_alike(use, label, several):
                        yield Found(
                            use.at,
                            f"{len(several)} of {len(uses)} queries of this dashboard choose {label} by "
                            f"${variable}, and "
                            "this one does not: it shows all of them under the name of the chosen one.",
                            f'Add {label}=~"${variable}" to its selectors.',
                        )


def _chosen(use: PromqlUse) -> set[tuple[str, str]]:
    """Labels that a query chooses by a variable, with the variable."""
    found = set()
    text = use.text
    for selector in selectors(use.node) if use.node is not None else ():
        for one in matchers(selector):
            for variable in names(text):
                if any(
                    f"{one.name}{sign}{mark}${form}" in text.replace(" ", "")
                    for sign in ("=~", "=")
                    for mark in ('"', "'")
                    for form in (variable, "{" + variable)
                ):
                    found.add((one.name, variable))
    return found


def _asks_alike(use: PromqlUse, label: str, obeying: list[PromqlUse]) -> bool:
    """Whether a query reads a metric that others read by the variable, and leaves the label open."""
    own = list(selectors(use.node)) if use.node is not None else []
    fixed = {one.name for selector in own for one in matchers(selector)}
    others = {name for one in obeying if one.node is not None for name in every_selector_name(one.node)}
    return label not in fixed and any(name_of(selector) in others for selector in own)


UNSCOPED_QUERY = ReviewCheck(
    "unscoped-query", "queries that leave out the variable that the others obey", Gravity.WARNING, _find
)
