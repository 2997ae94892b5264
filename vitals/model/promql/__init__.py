"""PromQL that is parsed when it is built and resolved against a vocabulary before it is written.

This room knows nothing of our metrics: what exists is handed to it as a ``Vocabulary``.
"""

from vitals.model.promql.beginning import begins
from vitals.model.promql.bounds import stored_bound
from vitals.model.promql.build import (
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
    relabel,
    select,
    subquery,
    sum_by,
    sum_without,
    written,
)
from vitals.model.promql.forms import ResolvedForms, form_of, laid_out
from vitals.model.promql.kinds import ResultKind, evaluable, every, kind_of, names_in, parts_of
from vitals.model.promql.lexer import duration, unquote
from vitals.model.promql.newer import newer_than_two
from vitals.model.promql.relabelled import made_labels
from vitals.model.promql.resolve import ResolvedQuery, resolve
from vitals.model.promql.vocabulary import (
    PromqlError,
    Series,
    SeriesType,
    UnknownSeriesError,
    Variant,
    Vocabulary,
    joined,
)

__all__ = [
    "Expr",
    "PromqlError",
    "ResolvedForms",
    "ResolvedQuery",
    "ResultKind",
    "Series",
    "SeriesType",
    "UnknownSeriesError",
    "Variant",
    "Vocabulary",
    "absent",
    "avg_by",
    "begins",
    "call",
    "count_by",
    "duration",
    "evaluable",
    "every",
    "form_of",
    "joined",
    "kind_of",
    "laid_out",
    "made_labels",
    "max_by",
    "min_by",
    "names_in",
    "newer_than_two",
    "number",
    "over_time",
    "parse",
    "parts_of",
    "quantile",
    "relabel",
    "resolve",
    "select",
    "stored_bound",
    "subquery",
    "sum_by",
    "sum_without",
    "unquote",
    "written",
]
