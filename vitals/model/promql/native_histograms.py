"""Which expressions return native histograms, and where one would be read as a number that it is not.

Prometheus compares, ranks and averages numbers. Given native histograms it drops them, with a note that no rule shows,
so an alert on ``rate(request_duration_seconds[5m]) > 1`` would never fire.

Source: https://prometheus.io/docs/specs/native_histograms/#promql.
"""

from __future__ import annotations

import promql_parser as ast

from vitals.model.promql.kinds import every
from vitals.model.promql.vocabulary import PromqlError, SeriesType, Vocabulary

FUNCTIONS = frozenset({"histogram_fraction", "histogram_quantile"})
"""Those that read buckets, of classic histograms too."""
NATIVE_ONLY = frozenset({"histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum"})
"""Those that leave out whatever is not a native histogram."""
_GIVES_NUMBERS = (
    FUNCTIONS
    | NATIVE_ONLY
    | frozenset(
        {
            *("absent", "absent_over_time", "changes", "count_over_time", "present_over_time", "resets", "timestamp"),
            *("scalar", "vector", "time", "pi"),
        }
    )
)
_KEEPS_HISTOGRAMS = frozenset({"sum", "avg", "limitk", "limit_ratio"})
"""Aggregations that add histograms up, or pass them on."""
_COMPARISONS = frozenset({">", ">=", "<", "<="})


def is_native(node: ast.Expr, vocabulary: Vocabulary) -> bool:  # noqa: PLR0911 - one line per node kind
    """Whether an expression returns native histograms."""
    match node:
        case ast.VectorSelector():
            series = vocabulary.get(node.name or "")
            return series is not None and series.type is SeriesType.HISTOGRAM
        case ast.MatrixSelector():
            return is_native(node.vector_selector, vocabulary)
        case ast.ParenExpr() | ast.UnaryExpr() | ast.SubqueryExpr():
            return is_native(node.expr, vocabulary)
        case ast.Call():
            return node.func.name not in _GIVES_NUMBERS and any(is_native(one, vocabulary) for one in node.args)
        case ast.AggregateExpr():
            return str(node.op) in _KEEPS_HISTOGRAMS and is_native(node.expr, vocabulary)
        case ast.BinaryExpr() if str(node.op) in ("and", "unless"):
            return is_native(node.lhs, vocabulary)
        case ast.BinaryExpr():
            return is_native(node.lhs, vocabulary) or is_native(node.rhs, vocabulary)
    return False


def refuse_bare(tree: ast.Expr, vocabulary: Vocabulary, text: str) -> None:
    """Refuse an expression whose answer would lack what is read as a number and is a histogram.

    Raises:
        PromqlError: A comparison or a ranking of native histograms.
    """
    for node in every(tree):
        read: tuple[ast.Expr, ...]
        match node:
            case ast.BinaryExpr() if str(node.op) in _COMPARISONS:
                read, what = (node.lhs, node.rhs), f"compares them with {str(node.op)!r}"
            case ast.AggregateExpr() if str(node.op) not in {*_KEEPS_HISTOGRAMS, "count", "group"}:
                read, what = (node.expr,), f"takes their {node.op}"
            case _:
                continue
        if any(is_native(one, vocabulary) for one in read):
            raise _refused(what, text)


def _refused(what: str, text: str) -> PromqlError:
    return PromqlError(
        f"The expression reads native histograms and {what}: they are not numbers, so Prometheus would leave them out "
        f"and the answer would stay empty. Ask histogram_quantile(), histogram_fraction(), histogram_count(), "
        f"histogram_sum() or histogram_avg() of them. In: {text}"
    )
