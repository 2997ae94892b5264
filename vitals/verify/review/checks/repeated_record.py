"""What is recorded already costs a hundred times as many samples when each viewer calculates it again."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import windows
from vitals.verify.review.rules import ReviewedRule
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole


def _find(scope: Scope) -> Iterator[Found]:
    recorded: dict[str, ReviewedRule] = {}
    for rule in scope.rules:
        if rule.record and rule.node is not None and any(True for _ in windows(rule.node)):
            recorded.setdefault(str(bare(rule.node)), rule)
    for use in scope.uses:
        if use.node is None or use.role is UseRole.RECORD:
            continue
        known = recorded.get(str(bare(use.node)))
        if known is not None:
            yield Found(
                use.at,
                f"It calculates what is recorded as {known.record} already, from raw samples and again for "
                "each viewer.",
                f"Read {known.record}.",
            )


REPEATED_RECORD = ReviewCheck(
    "repeated-record", "queries that calculate what is recorded already", Gravity.WARNING, _find
)
