"""An alert without a condition fires for each series that exists, from the moment at which it is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import COMPARISONS, matchers, name_of, nodes
from vitals.verify.review.scope import Scope

_CONDITIONS = frozenset({"absent", "absent_over_time"})
_STATES = ("ALERTS", "ALERTS_FOR_STATE")
_WHERE = frozenset({"job", "instance", "service", "namespace", "cluster", "environment", "env"})
"""Labels that say whose series it is. A matcher on another one can be the condition: ``{phase="Failed"}``."""


def _find(scope: Scope) -> Iterator[Found]:
    for alert in scope.alerts:
        if alert.node is None or _is_watchdog(alert.node):
            continue
        node = bare(alert.node)
        if (
            isinstance(node, ast.BinaryExpr)
            and str(node.op) in COMPARISONS
            and node.modifier
            and node.modifier.return_bool
        ):
            yield Found(
                alert.at.inside("expr"),
                "'bool' returns 0 and 1 and keeps every series: the alert fires for 0 as it does for 1.",
                "Leave 'bool' out, or compare the result with == 1.",
            )
        elif not any(map(_restricts, nodes(alert.node))):
            yield Found(
                alert.at.inside("expr"),
                "It has no condition, so it fires for every series that exists, whatever its value.",
                "Compare it with a bound.",
            )


def _restricts(node: ast.Expr) -> bool:
    if isinstance(node, ast.BinaryExpr):
        return str(node.op) in COMPARISONS | {"and", "unless"}
    if isinstance(node, ast.Call):
        return str(node.func.name) in _CONDITIONS
    # A record or a metric can be made to exist only while something is wrong.
    return isinstance(node, ast.VectorSelector) and (
        ":" in name_of(node) or name_of(node) in _STATES or any(one.name not in _WHERE for one in matchers(node))
    )


def _is_watchdog(node: ast.Expr) -> bool:
    """vector(1), which fires always so that its silence is noticed."""
    node = bare(node)
    return isinstance(node, ast.Call) and str(node.func.name) == "vector"


ALWAYS_FIRING = ReviewCheck("always-firing", "alerts without a condition", Gravity.ERROR, _find)
