"""A label that a metric does not have, or a value that it never takes, selects nothing or everything."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.matching import exclude_each_other, never_together, shown, sign_of, takes
from vitals.model.promql.variables import WORD
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.checks.dead_metric import EFFECTS
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.known import Known
from vitals.verify.review.promql import matchers, name_of, selectors
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import PromqlUse


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        for selector in selectors(use.node) if use.node is not None else ():
            found = list(_of_selector(use, selector, scope.known)) if scope.known is not None else []
            yield from found or _never(use, selector, scope.known)


def _never(use: PromqlUse, selector: ast.VectorSelector, known: Known | None) -> Iterator[Found]:
    """Matchers of which each is right and which no series satisfies together."""
    name = name_of(selector)
    chosen = [one for one in matchers(selector) if one.name not in ("some_label", WORD) and WORD not in one.value]
    if wrong := exclude_each_other(chosen):
        yield Found(use.at, f"{name}: {shown(wrong)} exclude each other, so {EFFECTS[use.role]}.", "Take one out.")
        return
    metric = known.metrics.get(name) if known is not None else None
    if known is None or metric is None or not (wrong := never_together(chosen, metric.variants)):
        return
    label = wrong[0].name
    values = sorted({value for one in metric.variants for value in one.labels.get(label, ())})
    fix = f"it can be {', '.join(values[:12])}" if {one.name for one in wrong} == {label} else "or take one out"
    yield Found(
        use.at,
        f"{name} never has {shown(wrong)} according to {known.source}, so {EFFECTS[use.role]}.",
        f"Correct the matcher; {fix}.",
    )


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
    """Whether a matcher takes one of some values, or the empty one; what only leaves out can hold."""
    return sign_of(matcher) in ("!=", "!~") or any(takes(matcher, value) for value in (*values, ""))


DEAD_LABEL = ReviewCheck("dead-label", "labels and values that a metric does not have", Gravity.ERROR, _find)
