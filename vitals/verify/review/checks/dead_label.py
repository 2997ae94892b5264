"""A label that a metric does not have, or a value that it never takes, selects nothing or everything."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql import regex
from vitals.model.promql.variables import WORD
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.checks.dead_metric import EFFECTS
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.known import Known
from vitals.verify.review.promql import matchers, name_of, selectors
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import PromqlUse


def _find(scope: Scope) -> Iterator[Found]:
    known = scope.known
    if known is None:
        return
    for use in scope.uses:
        if use.node is not None:
            for selector in selectors(use.node):
                yield from _of_selector(use, selector, known)


def _of_selector(use: PromqlUse, selector: ast.VectorSelector, known: Known) -> Iterator[Found]:
    name = name_of(selector)
    metric = known.metrics.get(name)
    if metric is None or metric.labels is None:
        return
    for one in matchers(selector):
        if one.name in ("some_label", WORD):
            continue
        if one.name not in metric.labels:
            if one.op == ast.MatchOp.Equal and not one.value:
                continue  # asks that the label is not there
            has = ", ".join(sorted(metric.labels)) or "none"
            keeps_all = one.op in (ast.MatchOp.NotEqual, ast.MatchOp.NotRe)
            what = "the matcher keeps everything" if keeps_all else EFFECTS[use.role]
            yield Found(
                use.at,
                f"{name} has no label {one.name} according to {known.source}, so {what}.",
                f"Correct the label; it has {has}.",
            )
        elif WORD not in one.value and (values := metric.labels[one.name]) and not _takes_any(one, values):
            yield Found(
                use.at,
                f"{name}: {one.name} is never {one.value!r} according to {known.source}, so {EFFECTS[use.role]}.",
                f"Correct the value; it can be {', '.join(sorted(values)[:12])}.",
            )


def _takes_any(matcher: ast.Matcher, values: frozenset[str]) -> bool:
    if matcher.op == ast.MatchOp.Equal:
        return not matcher.value or matcher.value in values
    if matcher.op == ast.MatchOp.Re:
        return any(regex.matches(matcher.value, value) for value in (*values, ""))
    return True


DEAD_LABEL = ReviewCheck("dead-label", "labels and values that a metric does not have", Gravity.ERROR, _find)
