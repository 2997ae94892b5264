"""One rule that Prometheus refuses takes all rules of its file away; one that it cannot evaluate never fires."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import lru_cache

import promql_parser as ast

from vitals.model.promql import PromqlError, evaluable, written
from vitals.model.promql.constants import number_of
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import At, Found, Gravity
from vitals.verify.review.document import DocumentKind
from vitals.verify.review.panels import elements, mapping
from vitals.verify.review.promql import nodes
from vitals.verify.review.rules import ReviewedRule, seconds
from vitals.verify.review.scope import Scope

_OF_ALERTS = ("for", "keep_firing_for", "annotations")
_FIELDS = ("alert", "record", "expr", "labels", *_OF_ALERTS)
_ALIKE = 0.7
"""How alike a misspelt field is to a known one. Other programs that evaluate rules have fields of their own."""
_LOADS_NONE = "Prometheus loads none of the rules of this file"


def _find(scope: Scope) -> Iterator[Found]:
    for document in scope.documents:
        if document.kind is DocumentKind.RULES:
            names = [str(mapping(one).get("name")) for one in elements(mapping(document.value).get("groups"))]
            for number, name in enumerate(names):
                if name in names[:number]:
                    at = At(document, ("groups", number), f"group {name}")
                    yield Found(at, f"A group of this name stands above, so {_LOADS_NONE}.", "Give it another name.")
    for rule in scope.rules:
        yield from _of_fields(rule)
        yield from _of_expression(rule)


def _of_fields(rule: ReviewedRule) -> Iterator[Found]:
    if rule.alert and rule.record:
        yield Found(rule.at, f"It is an alert and a record, so {_LOADS_NONE}.", "Leave one of the two out.")
    for field in rule.content:
        if field not in _FIELDS:
            for close in difflib.get_close_matches(str(field), _FIELDS, n=1, cutoff=_ALIKE):
                yield Found(
                    rule.at.inside(field), f"A rule has no field {field!r}, so {_LOADS_NONE}.", f"Write {close}."
                )
        if field in _OF_ALERTS and not rule.alert:
            yield Found(rule.at.inside(field), f"A record has no {field!r}, so {_LOADS_NONE}.", "Take it out.")
    keeps = rule.content.get("keep_firing_for")
    if keeps is not None and seconds(keeps) is None:
        yield Found(
            rule.at.inside("keep_firing_for"),
            f"'keep_firing_for' is {keeps!r}, which is not a duration: {_LOADS_NONE}.",
            "Write a number with its unit, such as 5m.",
        )


def _of_expression(rule: ReviewedRule) -> Iterator[Found]:
    if rule.node is None:
        return
    at = rule.at.inside("expr")
    if problem := _problem(rule.expr):
        needs_flag = "feature flag" in problem
        fix = "Start Prometheus with the flag, or write it without." if needs_flag else "Correct the expression."
        yield Found(at, f"{problem}.", fix, Gravity.WARNING if needs_flag else None)
    for node in nodes(rule.node):
        if isinstance(node, ast.AggregateExpr) and str(node.op) in ("topk", "bottomk"):
            count = number_of(node.param)
            if count is not None and count < 1:
                yield Found(at, f"{node.op}() asks for {count:g} elements and returns nothing.", "Write 1 or more.")


@lru_cache(maxsize=8192)
def _problem(text: str) -> str:
    """Why Prometheus refuses an expression that our parser takes, or cannot evaluate it; empty where it can."""
    try:
        evaluable(written(text))
    except PromqlError as error:
        if error.reason:
            return f"This is not PromQL ({error.reason}), so {_LOADS_NONE}"
        return str(error).partition(" In: ")[0].rstrip(".").replace(", and ours is started without", "")
    return ""


EVALUABLE_RULE = ReviewCheck(
    "evaluable-rule", "rules that Prometheus refuses or can never evaluate", Gravity.ERROR, _find
)
