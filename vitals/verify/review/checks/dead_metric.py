"""A metric that nothing exposes or records makes a panel empty and an alert silent, for ever and without an error."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.variables import WORD
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import name_of, nodes, selectors
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

EFFECTS = {
    UseRole.PANEL: "the panel stays empty",
    UseRole.VARIABLE: "the variable offers nothing",
    UseRole.ANNOTATION: "nothing is marked",
    UseRole.ALERT: "the alert never fires",
    UseRole.RECORD: "nothing is recorded",
    UseRole.SCALER: "the scaler has no value and falls back",
}
"""What follows for an expression without series, by what it stands in."""


def _find(scope: Scope) -> Iterator[Found]:
    known = scope.known
    if known is None:
        return
    for use in scope.uses:
        if use.node is None:
            continue
        asked_whether = {name for one in nodes(use.node) if isinstance(one, ast.Call) for name in _absent(one)}
        for name in dict.fromkeys(map(name_of, selectors(use.node))):
            if (
                not name
                or name in known.metrics
                or WORD in name
                or name in asked_whether
                or ("x" in name and use.templated and not _literal(name, use.text))
            ):
                continue
            yield Found(
                use.at,
                f"{name} is not among {known.source}, so {EFFECTS[use.role]}.",
                f"Correct the name, or expose or record it first.{known.nearest(name)}",
            )


def _absent(call: ast.Call) -> list[str]:
    """The metrics of which an expression asks whether they are there."""
    return [name_of(one) for one in selectors(call)] if str(call.func.name).startswith("absent") else []


def _literal(name: str, text: str) -> bool:
    return name in text


DEAD_METRIC = ReviewCheck("dead-metric", "metrics that nothing exposes or records", Gravity.ERROR, _find)
