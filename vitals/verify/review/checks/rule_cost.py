"""A rule that reads a month of raw samples every few seconds slows down every other rule of the server."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.local.stack.rendered_rules import slot
from vitals.model.promql.kinds import children
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import name_of
from vitals.verify.review.scope import Scope

_USUAL_PACE_S = 15.0
"""Seconds between two samples where nothing says otherwise: the pace that most configurations set."""
_USUAL_INTERVAL_S = 60.0
"""Seconds between two evaluations where the group does not say: the default of Prometheus."""
_MOST = 700.0
"""Samples of one series per second: a day of raw samples each 15 s is 384, and the dearest of our own rules reads 576;
beyond that a hundred series alone keep a core busy, at some 10 million samples per second and core."""


def _find(scope: Scope) -> Iterator[Found]:
    pace = min((one for one in scope.scrape_s.values() if one), default=_USUAL_PACE_S)
    intervals = {
        rule.record: slot(rule.expr) or rule.interval_s or _USUAL_INTERVAL_S
        for rule in scope.rules
        if rule.record and rule.node is not None
    }
    for rule in scope.rules:
        if rule.node is None:
            continue
        samples = max((_samples(rule.node, 1.0, pace, intervals)), default=0.0)
        every_s = rule.interval_s or _USUAL_INTERVAL_S
        if samples / every_s > _MOST:
            yield Found(
                rule.at.inside("expr"),
                f"Each evaluation reads {samples:,.0f} samples of every series, every {every_s:g} s: with a hundred "
                f"series that is {samples * 100 / every_s:,.0f} samples a second, and the rules behind it come late.",
                "Record the short window first and average the record, or evaluate the group less often.",
            )


def _samples(node: ast.Expr, times: float, pace: float, intervals: dict[str, float]) -> Iterator[float]:
    """The samples of one series that each selector reads."""
    if isinstance(node, ast.MatrixSelector):
        yield times * node.range.total_seconds() / intervals.get(name_of(node.vector_selector), pace)
    elif isinstance(node, ast.VectorSelector):
        yield times
    elif isinstance(node, ast.SubqueryExpr):
        step = node.step.total_seconds() if node.step else _USUAL_INTERVAL_S
        reach = node.range.total_seconds() if node.range else 0.0
        yield from _samples(node.expr, times * reach / max(step, 1.0), pace, intervals)
    else:
        for inner in children(node):
            yield from _samples(inner, times, pace, intervals)


RULE_COST = ReviewCheck("rule-cost", "rules that read very many samples at each evaluation", Gravity.WARNING, _find)
