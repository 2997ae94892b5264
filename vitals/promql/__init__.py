"""PromQL that is parsed when it is built and resolved against a vocabulary before it is written.

This room knows nothing of our metrics: what exists is handed to it as a ``Vocabulary``.
"""

from vitals.promql.beginning import begins
from vitals.promql.build import (
    Expr,
    absent,
    avg_by,
    call,
    count_by,
    max_by,
    min_by,
    number,
    over_time,
    parse,
    quantile,
    select,
    subquery,
    sum_by,
    written,
)
from vitals.promql.kinds import ResultKind, evaluable, every, kind_of
from vitals.promql.lexer import duration
from vitals.promql.newer import newer_than_two
from vitals.promql.relabelled import made_labels
from vitals.promql.resolve import Resolved, resolve
from vitals.promql.vocabulary import PromqlError, Series, SeriesType, Vocabulary

__all__ = [
    "Expr",
    "PromqlError",
    "Resolved",
    "ResultKind",
    "Series",
    "SeriesType",
    "Vocabulary",
    "absent",
    "avg_by",
    "begins",
    "call",
    "count_by",
    "duration",
    "evaluable",
    "every",
    "kind_of",
    "made_labels",
    "max_by",
    "min_by",
    "newer_than_two",
    "number",
    "over_time",
    "parse",
    "quantile",
    "resolve",
    "select",
    "subquery",
    "sum_by",
    "written",
]
