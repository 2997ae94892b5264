"""A notification without a summary says a name: on-call learns what is wrong only from the rule."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for alert in scope.alerts:
        texts = [
            key for key in ("summary", "description", "message", "title") if alert.annotations.get(key, "").strip()
        ]
        if not texts:
            yield Found(
                alert.at,
                "It has neither summary nor description, so the notification says its name and nothing else.",
                "Add the annotation summary: service, what, value and bound.",
            )
        if not alert.severity:
            yield Found(
                alert.at,
                "It has no severity, so no route can decide whether it wakes on-call.",
                "Add the label severity.",
                Gravity.NOTE,
            )


ALERT_SUMMARY = ReviewCheck("alert-summary", "alerts without summary or severity", Gravity.WARNING, _find)
