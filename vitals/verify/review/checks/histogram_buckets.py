"""histogram_quantile() reads the bound of each bucket from the label le: aggregated away, nothing is returned."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser as ast

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.checks.dead_metric import EFFECTS
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import name_of, nodes, result_labels, selectors
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        for node in nodes(use.node) if use.node is not None else ():
            if not isinstance(node, ast.Call) or str(node.func.name) != "histogram_quantile":
                continue
            labels = result_labels(node.args[1])
            classic = any(name_of(one).endswith("_bucket") for one in selectors(node.args[1]))
            if classic and labels is not None and "le" not in labels and not use.templated:
                yield Found(
                    use.at,
                    f"The label le is aggregated away below histogram_quantile(), so {EFFECTS[use.role]}.",
                    "Keep it: sum by (le, ...) (rate(..._bucket[...])).",
                )


HISTOGRAM_BUCKETS = ReviewCheck(
    "histogram-buckets", "quantiles whose buckets are aggregated away", Gravity.ERROR, _find
)
