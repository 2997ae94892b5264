"""A number without a unit, or with one that its metric does not have, is misread by factors of a thousand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql.constants import bare
from vitals.model.promql.variables import filled
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import NOT_QUERIED
from vitals.verify.review.promql import name_of, nodes, parsed
from vitals.verify.review.scope import Scope

_OF_SUFFIX = (
    (
        re.compile(r"_(?:seconds|second)(?:_sum|_bucket|:\w+)?$"),
        "seconds",
        ("s", "dtdurations", "dateTimeFromNow", "clocks"),
    ),
    (re.compile(r"_(?:milliseconds|millis|ms)(?:_sum|_bucket)?$"), "milliseconds", ("ms", "dtdurationms", "clockms")),
    (re.compile(r"_bytes$"), "bytes", ("bytes", "decbytes", "gbytes", "mbytes", "kbytes")),
)
"""Ends of names with what they are measured in, and the units of Grafana that say so."""
_PLAIN = frozenset({"sum", "avg", "max", "min", "topk", "bottomk", "quantile"})
_SAME = frozenset(
    {"avg_over_time", "max_over_time", "min_over_time", "last_over_time", "histogram_quantile", "quantile_over_time"}
)
_DURATIONS = frozenset({"s", "ms", "µs", "ns", "m", "h", "d"})
_BYTES = frozenset({"bytes", "decbytes", "bits", "decbits", "kbytes", "mbytes", "gbytes", "Bps", "bps", "binBps"})


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            if (
                panel.type in NOT_QUERIED
                or panel.type in ("table", "logs", "traces", "nodeGraph")
                or panel.from_library
            ):
                continue
            unit = str(panel.defaults.get("unit") or "")
            if not unit and panel.promql and "fieldConfig" in panel.content:
                yield Found(
                    panel.at,
                    "It has no unit, so 1500 may be milliseconds, bytes or requests.",
                    "Set the unit of its fields, 'short' for a plain count.",
                    Gravity.NOTE,
                )
            elif wrong := _wrong(unit, [_measured(target.expr) for target in panel.promql]):
                yield Found(
                    panel.at,
                    f"Its unit is {unit!r} and the metric is in {wrong}, so every number on it is wrong by its factor.",
                    f"Set the unit for {wrong}, or convert in the query.",
                )


def _wrong(unit: str, measured: list[tuple[str, tuple[str, ...]] | None]) -> str:
    """What the metric is really measured in, where the unit says something else of all its queries."""
    known = [one for one in measured if one is not None]
    if not known or len(known) < len(measured) or unit not in _DURATIONS | _BYTES:
        return ""
    return known[0][0] if all(unit not in units for _, units in known) else ""


def _measured(query: str) -> tuple[str, tuple[str, ...]] | None:
    """What a query returns, where it does not calculate with the metric."""
    node, _ = parsed(filled(query))
    while node is not None:
        node = bare(node)
        if isinstance(node, ast.AggregateExpr) and str(node.op) in _PLAIN:
            node = node.expr
        elif isinstance(node, ast.Call) and str(node.func.name) in _SAME:
            node = node.args[-1]
        elif isinstance(node, ast.MatrixSelector):
            node = node.vector_selector
        else:
            break
    if isinstance(node, ast.Call) and str(node.func.name) == "rate" and "histogram_quantile" in query:
        node = next((one for one in nodes(node) if isinstance(one, ast.VectorSelector)), None)
    if not isinstance(node, ast.VectorSelector):
        return None
    name = name_of(node)
    return next(((word, units) for pattern, word, units in _OF_SUFFIX if pattern.search(name)), None)


PANEL_UNIT = ReviewCheck("panel-unit", "panels without a unit, or with that of another metric", Gravity.WARNING, _find)
