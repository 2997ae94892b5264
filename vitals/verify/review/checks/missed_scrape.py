"""A missed scrape ends every series of its target, and what must hold ``for`` some time begins to wait again.

With one scrape in sixteen missed, an alert that waits for five minutes may never fire. A window bridges it.
Counters are read by rates, which look back anyway, and what Prometheus writes by itself is written at a failed scrape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import promql_parser as ast

from vitals.model.promql import SeriesType
from vitals.model.promql.constants import bare
from vitals.model.promql.kinds import children
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.known import MADE_BY_PROMETHEUS, Known
from vitals.verify.review.promql import name_of
from vitals.verify.review.scope import Scope

_OF_NOTHING = frozenset({"absent", "absent_over_time"})
"""A hole makes these true."""


def _find(scope: Scope) -> Iterator[Found]:
    known = scope.known
    if known is None:
        return
    records = {rule.record: rule.node for rule in scope.rules if rule.record and rule.node is not None}
    for rule in scope.rules:
        if not rule.alert or not rule.for_s or rule.node is None:
            continue
        gauge = _holed(rule.node, known, records, frozenset())
        if gauge:
            yield Found(
                rule.at.inside("expr"),
                f"{gauge} is a gauge and read at one moment: a missed scrape leaves a hole, and 'for' "
                f"({rule.content.get('for')}) begins again.",
                f"Read last_over_time({gauge}[...]) over four scrapes at least.",
            )


def _holed(node: ast.Expr, known: Known, records: Mapping[str, ast.Expr], seen: frozenset[str]) -> str:
    """The gauge whose missed scrape leaves a hole in a result; empty where there is none."""
    node = bare(node)
    match node:
        case ast.VectorSelector():
            return _of_selector(name_of(node), known, records, seen)
        case ast.MatrixSelector() | ast.SubqueryExpr():
            return ""
        case ast.Call() if str(node.func.name) in _OF_NOTHING:
            return ""
        case ast.BinaryExpr():
            left, right = (_holed(side, known, records, seen) for side in (node.lhs, node.rhs))
            # What one side of "or" lacks the other fills in, and a hole behind "unless" takes nothing away.
            return {"or": left and right, "unless": left}.get(str(node.op), left or right)
    return next((found for one in children(node) if (found := _holed(one, known, records, seen))), "")


def _of_selector(name: str, known: Known, records: Mapping[str, ast.Expr], seen: frozenset[str]) -> str:
    if name in records:
        return "" if name in seen else _holed(records[name], known, records, seen | {name})
    metric = known.metrics.get(name)
    of_target = metric is not None and metric.type is SeriesType.GAUGE and ":" not in name
    return name if of_target and name not in MADE_BY_PROMETHEUS else ""


MISSED_SCRAPE = ReviewCheck(
    "missed-scrape", "alerts that begin to wait again after each missed scrape", Gravity.NOTE, _find
)
