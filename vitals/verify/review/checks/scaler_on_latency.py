"""Latency rises when a database is slow: more replicas then open more connections to it and make it slower."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import every_selector_name, nodes
from vitals.verify.review.scope import Scope

_LATENCY = re.compile(r"latency|duration|response_time|elapsed|:p(?:50|9\d)\b|_p9\d|quantile")


def _find(scope: Scope) -> Iterator[Found]:
    for scaler in scope.scalers:
        for trigger in scaler.triggers:
            names = [trigger.name] if trigger.type in ("external", "pods", "object") else []
            if trigger.node is not None:
                names += every_selector_name(trigger.node)
                names += [str(one.func.name) for one in nodes(trigger.node) if isinstance(one, ast.Call)]
            waits = [name for name in names if _LATENCY.search(name) and not name.endswith("_count")]
            if waits:
                yield Found(
                    trigger.at,
                    f"It scales on latency ({waits[0]}): when what it waits for is shared, a database or "
                    "another service, "
                    "more replicas ask it more at once, latency rises further, and it runs to its maximum.",
                    "Scale on requests in flight or per second, which follow the demand; alert on latency.",
                )


SCALER_ON_LATENCY = ReviewCheck("scaler-on-latency", "scalers that act on latency", Gravity.WARNING, _find)
