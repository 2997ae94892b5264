"""A legend names a value that exists: the last, the largest, the smallest or the mean. A sum of rates means nothing."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, all_panels
from vitals.model.promql import Vocabulary

_MEANINGFUL = {"lastNotNull", "max", "mean", "min"}


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find reducers that say something untrue, and charts without a legend."""
    for uid, panel in all_panels(dashboards):
        options = panel["options"]
        calcs = [*options.get("legend", {}).get("calcs", []), *options.get("reduceOptions", {}).get("calcs", [])]
        for calc in sorted(set(calcs) - _MEANINGFUL):
            yield uid, panel["title"], f"{calc!r} of samples is not a value that was measured; use last or max."
        if panel["type"] != "table" and not calcs:
            yield uid, panel["title"], "no reducer is named; the legend or tile would show an arbitrary one."
