"""A panel without a description is understood by its author only, and on-call reads it at night."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            if panel.type in ("text", "dashlist", "alertlist", "news") or panel.from_library:
                continue
            lacks = [word for word in ("title", "description") if not str(panel.content.get(word) or "").strip()]
            if lacks:
                yield Found(
                    panel.at,
                    f"It has no {' and no '.join(lacks)}, so on-call must read its query to know what it shows.",
                    "Say what it shows, why it matters, and what to do when it looks bad.",
                )


PANEL_DESCRIPTION = ReviewCheck("panel-description", "panels without title or description", Gravity.NOTE, _find)
