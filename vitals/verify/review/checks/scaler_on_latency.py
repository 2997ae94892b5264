"""Latency rises when a database is slow: more replicas then open more connections to it and make it slower."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.kinds import children
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, every_selector_name, matchers, name_of
from vitals.verify.review.scope import Scope

_LATENCY = re.compile(r"latency|duration|response_?time|elapsed|_r[qt]_?time|:p(?:50|9\d)\b|_p9\d|quantile")
_OF_REQUESTS = re.compile(r"(?:request|response|call|query|upstream|http)\w*_(?:seconds|milliseconds|ms|time)(?:_|$)")
"""What a request takes, where the name says only the unit: ``http_server_requests_seconds_max``."""
_COUNTED = frozenset({"histogram_count"})
"""Functions that count what a histogram holds, however long it took."""


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            named = trigger.type in ("external", "pods", "object") and _names_latency(trigger.name)
            waits = trigger.name if named else _latency_in(trigger.node) if trigger.node is not None else ""
            if waits:
                yield Found(
                    trigger.at,
                    f"It scales on latency ({waits}): when what it waits for is shared, a database or "
                    "another service, "
                    "more replicas ask it more at once, latency rises further, and it runs to its maximum.",
                    "Scale on requests in flight or per second, which follow the demand; alert on latency.",
                )


def _names_latency(name: str) -> bool:
    return bool(_LATENCY.search(name) or _OF_REQUESTS.search(name)) and not name.endswith("_count")


def _latency_in(node: ast.Expr, *, divided: bool = False) -> str:
    """The metric or function by which a query asks how long requests take; empty where it asks how many there are.

    The seconds that requests take in each second are the requests in flight, on average; divided by their number they
    are the latency.
    """
    match node:
        case ast.Call() if str(node.func.name) in _COUNTED:
            return ""
        case ast.Call() if str(node.func.name) in ("histogram_quantile", "histogram_avg"):
            return next(iter(every_selector_name(node)), str(node.func.name))
        case ast.BinaryExpr() if str(node.op) == "/":
            return _latency_in(node.lhs, divided=_ends(node.rhs, "_count")) or _latency_in(node.rhs)
        case ast.Call() if str(node.func.name) in RATES and not divided and _ends(node, "_sum"):
            return ""
        case ast.VectorSelector():
            name = name_of(node)
            counts = name.endswith("_bucket") and any(one.name == "le" for one in matchers(node))
            return name if _names_latency(name) and not counts else ""
    found = (_latency_in(one, divided=divided) for one in children(node))
    return next(filter(None, found), "")


def _ends(node: ast.Expr, end: str) -> bool:
    names = every_selector_name(node)
    return bool(names) and all(name.endswith(end) for name in names)


SCALER_ON_LATENCY = ReviewCheck("scaler-on-latency", "scalers that act on latency", Gravity.WARNING, _find)
