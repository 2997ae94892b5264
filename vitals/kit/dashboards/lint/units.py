"""A number without a unit is a riddle; a unit that Grafana does not know is shown as text behind it."""

from __future__ import annotations

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, all_panels
from vitals.kit.dashboards.theme import UNITS
from vitals.model.promql import Vocabulary


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find panels whose unit is not one of ours."""
    for uid, panel in all_panels(dashboards):
        unit = panel["fieldConfig"]["defaults"].get("unit")
        if unit not in UNITS.values():
            yield uid, panel["title"], f"the unit {unit!r} is not one of {', '.join(sorted(UNITS.values()))}."
