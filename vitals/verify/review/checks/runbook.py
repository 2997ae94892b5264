"""On-call who is woken by an alert without a runbook begins with reading source code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitals.paths import RUNBOOKS
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} if scope.model else set()
    for alert in scope.alerts:
        named = [value.strip() for key, value in alert.annotations.items() if key.startswith("runbook")]
        if not any(named):
            yield Found(
                alert.at,
                "The alert names no runbook, so on-call begins at night with the rule itself.",
                "Add the annotation runbook_url with the page that says what it means and what to do.",
                None if alert.pages else Gravity.NOTE,
            )
        elif pages and Path(named[0]).name not in pages:
            yield Found(
                alert.at.inside("annotations"),
                f"The runbook {named[0]} does not exist in docs/runbooks.",
                f"Write docs/runbooks/{alert.alert}.md, or correct the address.",
                Gravity.ERROR,
            )


RUNBOOK = ReviewCheck("runbook", "alerts without a runbook, or whose page does not exist", Gravity.WARNING, _find)
