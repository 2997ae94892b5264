"""A fixed window in a query of logs skips lines when zoomed out, as a rate of a metric does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_FIXED = re.compile(r"\b(?:rate|count_over_time|bytes_rate|bytes_over_time)\s*\(.*\[\s*\d+[smhd]\s*\]", re.DOTALL)


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            for target in panel.targets:
                if target.datasource == "loki" and _FIXED.search(target.expr):
                    yield Found(
                        target.at.inside("expr"),
                        "Its window is fixed: zoomed out, lines between two windows are not counted.",
                        "Write [$__auto].",
                    )


LOKI_WINDOW = ReviewCheck("loki-window", "queries of logs over a fixed window", Gravity.NOTE, _find)
