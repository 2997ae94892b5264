"""What happens between two evaluations and is over is seen only where the window reaches back to the last one."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, windows
from vitals.verify.review.rules import seconds
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for rule in scope.rules:
        if rule.interval_s is None:
            continue
        for function, _, window in windows(rule.node) if rule.node is not None else ():
            if function in RATES and window.total_seconds() < rule.interval_s:
                yield Found(
                    rule.at.inside("expr"),
                    f"{function}() looks back {window.total_seconds():g} s and is evaluated every "
                    f"{rule.interval_s:g} s: "
                    "what happens in between is never seen.",
                    "Widen the window to the interval of the group at least.",
                )
                break
        if rule.alert and 0 < rule.for_s < rule.interval_s:
            yield Found(
                rule.at.inside("for"),
                f"'for' is {rule.content.get('for')} and the group is evaluated every {rule.interval_s:g} s, "
                "so it fires "
                "after one interval in any case.",
                "Evaluate the group more often, or leave 'for' out.",
                Gravity.NOTE,
            )
        if "for" in rule.content and seconds(rule.content["for"]) is None:
            yield Found(
                rule.at.inside("for"),
                f"'for' is {rule.content['for']!r}, which is not a duration: Prometheus loads none of the "
                "rules of this file.",
                "Write a number with its unit, such as 5m.",
                Gravity.ERROR,
            )


EVALUATION_GAP = ReviewCheck(
    "evaluation-gap", "windows and durations shorter than the evaluation", Gravity.WARNING, _find
)
