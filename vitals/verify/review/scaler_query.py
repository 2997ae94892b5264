"""What the query of a scaler measures: the whole load, or what does not grow with it because replicas share it.

What stands around a load does not change which of the two it is: a factor, ``ceil``, ``max_over_time``, ``or``.
"""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.promql import (
    COMPARISONS,
    every_selector_name,
    names_a_share,
    operator,
    result_labels,
    without_substitute,
)

_REPLICA_COUNTS = re.compile(
    r"(?:^|_)up$|kube_(?:deployment|statefulset|replicaset)_\w*replicas|kube_pod_\w*(?:ready|info|phase)|kube_hpa_|:up:"
)
"""Metrics that count replicas; every exporter has its ``<name>_up``."""
_REPLICA_LIMITS = re.compile(
    r"resource_(?:limits|requests)|^container_spec_|^jvm_\w+_max|hikaricp_connections_max|_threads"
)
"""Metrics of what replicas may use at most: their sum grows with the replicas, as their count does."""
_REPLICA_LABELS = frozenset(
    {"pod", "instance", "pod_name", "exported_pod", "exported_instance", "kubernetes_pod_name", "k8s_pod_name"}
)
_WHOLE = frozenset({"sum", "count"})
_PICKS = frozenset({"max", "min", "quantile", "topk", "bottomk"})
"""Aggregations that are as large as one of the values; a sum of shares grows with the replicas and may be divided."""
_KEEPS_KIND = re.compile(
    r"(?:ceil|floor|round|abs|clamp|clamp_min|clamp_max|scalar|vector|sort|sort_desc|label_replace|label_join"
    r"|(?:avg|max|min|last|quantile)_over_time)"
)
"""Functions whose result is of the kind of their argument."""


def per_replica(node: ast.Expr) -> str:
    """How a query says what one replica bears, as a predicate of a sentence; empty where it may be the whole load."""
    node = _core(node)
    match node:
        case ast.BinaryExpr() if str(node.op) == "/":
            return _of_division(node)
        case ast.BinaryExpr() if str(node.op) in ("+", "-"):
            return per_replica(node.lhs) and per_replica(node.rhs)
        case ast.AggregateExpr() if str(node.op) == "avg":
            return "is the mean of the replicas"
        case ast.AggregateExpr() if str(node.op) in _PICKS:
            if names_a_share(node):
                return "is the share at which one replica stands"
            return "is what a single replica bears" if _by_replica(node.expr) else per_replica(node.expr)
    return ""


def is_whole(node: ast.Expr) -> bool:
    """Whether a query is a total that more replicas do not lower."""
    node = _core(node)
    match node:
        case ast.BinaryExpr() if str(node.op) in ("+", "-"):
            return is_whole(node.lhs) and is_whole(node.rhs)
        case ast.AggregateExpr() if str(node.op) in _WHOLE:
            return not names_a_share(node) and not _by_replica(node)
        case ast.AggregateExpr() if str(node.op) in _PICKS:
            return not _by_replica(node.expr) and is_whole(node.expr)
    return False


def counts_replicas(node: ast.Expr, of: ast.Expr) -> bool:
    """Whether a divisor grows with the replicas and is zero only while none runs.

    Args:
        node: The divisor.
        of: What is divided.
    """
    node = _core(node)
    names = every_selector_name(node)
    if any(_REPLICA_COUNTS.search(name) or _REPLICA_LIMITS.search(name) for name in names):
        return True
    counted = node.expr if operator(node) == "count" and isinstance(node, ast.AggregateExpr) else None
    return counted is not None and (_by_replica(counted) or bool(set(names) & set(every_selector_name(of))))


def _of_division(node: ast.BinaryExpr) -> str:
    if counts_replicas(node.rhs, node.lhs):
        limited = any(_REPLICA_LIMITS.search(name) for name in every_selector_name(node.rhs))
        return "is the share of what the replicas may use" if limited else "divides by the number of replicas"
    return ""


def _by_replica(node: ast.Expr) -> bool:
    """Whether a result has an element for each replica, as far as the expression says so."""
    return bool((result_labels(node) or frozenset()) & _REPLICA_LABELS)


def _core(node: ast.Expr) -> ast.Expr:
    """A query without what leaves its kind as it is: substitutes, comparisons, factors and rounding."""
    while True:
        node = without_substitute(node)
        inner = _inner(node)
        if inner is None:
            return node
        node = inner


def _inner(node: ast.Expr) -> ast.Expr | None:
    match node:
        case ast.BinaryExpr() if str(node.op) in COMPARISONS or str(node.op) in ("and", "unless"):
            return node.lhs
        case ast.BinaryExpr() if number_of(node.rhs) is not None:
            return node.lhs
        case ast.BinaryExpr() if number_of(node.lhs) is not None and str(node.op) != "/":
            return node.rhs
        case ast.Call() if node.args and _KEEPS_KIND.fullmatch(str(node.func.name)):
            # quantile_over_time has its vector second.
            return next((bare(one) for one in node.args if number_of(one) is None), None)
        case ast.SubqueryExpr() | ast.UnaryExpr():
            return node.expr
    return None
