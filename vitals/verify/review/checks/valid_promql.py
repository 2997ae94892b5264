"""An expression that Prometheus refuses shows an error on a panel, and keeps it from loading any rule of the file."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

_RULES = (UseRole.ALERT, UseRole.RECORD)


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        if use.problem:
            what = "Prometheus loads none of the rules of this file" if use.role in _RULES else "it stays empty"
            unsure = " as far as it can be read with its variables replaced" if use.templated else ""
            yield Found(
                use.at,
                f"This is not PromQL{unsure} ({' '.join(use.problem.split())}), so {what}.",
                "Correct the expression; `promtool promql format` says where it breaks.",
                Gravity.WARNING if use.templated else None,
            )


VALID_PROMQL = ReviewCheck("valid-promql", "expressions that Prometheus cannot parse", Gravity.ERROR, _find)
