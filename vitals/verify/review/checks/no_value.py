"""An empty panel says the same for 'nothing happened' and 'the exporter is gone'."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        for panel in dashboard.panels:
            if panel.promql and not panel.from_library and not str(panel.defaults.get("noValue") or "").strip():
                yield Found(
                    panel.at,
                    "It says 'No data' when it is empty, which on-call reads as an outage or as silence.",
                    "Set noValue to what an empty panel means.",
                )


NO_VALUE = ReviewCheck("no-value", "panels that do not say what it means when they are empty", Gravity.NOTE, _find)
