"""An expression that Prometheus refuses shows an error on a panel, and keeps it from loading any rule of the file."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

_NO_RULE = "Prometheus loads none of the rules of this file"
_THEN = {UseRole.ALERT: _NO_RULE, UseRole.RECORD: _NO_RULE, UseRole.SCALER: "the scaler gets no value"}
_TEMPLATE = "{{"
"""As Helm writes it; PromQL has no place for it outside strings."""


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        if use.problem:
            what = _THEN.get(use.role, "it stays empty")
            unsure = " as far as it can be read with its variables replaced" if use.templated else ""
            kind, fix = "not", "Correct the expression; `promtool promql format` says where it breaks."
            if _TEMPLATE in use.text:
                kind, fix = "a template and not yet", "Render it, with `helm template` for example."
            yield Found(
                use.at,
                f"This is {kind} PromQL{unsure} ({' '.join(use.problem.split())}), so {what}.",
                fix,
                Gravity.WARNING if use.templated else None,
            )


VALID_PROMQL = ReviewCheck("valid-promql", "expressions that Prometheus cannot parse", Gravity.ERROR, _find)
