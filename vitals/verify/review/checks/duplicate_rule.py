"""A rule that is there twice costs twice, and an alert that is there twice notifies twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vitals.model.promql.constants import bare
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.rules import ReviewedRule
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    same: dict[tuple[str, str, str], list[ReviewedRule]] = defaultdict(list)
    for rule in scope.rules:
        if rule.node is not None:
            name = f"record {rule.record}" if rule.record else f"alert {rule.alert}"
            labels = str(sorted(rule.labels.items()))
            same[name, labels, str(bare(rule.node))].append(rule)
    for (name, _, _), several in same.items():
        for rule in several[1:]:
            first = several[0]
            yield Found(
                rule.at,
                f"{name} stands in group {first.group} of {first.at.document.file} already, with the same "
                "expression and "
                "labels: " + ("it is evaluated twice." if rule.record else "each firing is sent twice."),
                "Remove one of them.",
            )


DUPLICATE_RULE = ReviewCheck("duplicate-rule", "rules that are there twice", Gravity.WARNING, _find)
