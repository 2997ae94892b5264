"""A panel without data says what is missing, where the signal knows it."""

from __future__ import annotations

import pytest

from vitals.kit.dashboards.lint.problem import panels
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.model.catalog import Availability
from vitals.model.signals import Signal, slo

from .conftest import Built

OBJECTIVE = Availability(objective="99.9%")


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (slo.budget_left(OBJECTIVE), "No data: needs 5m of requests"),
        (slo.burn_rate(OBJECTIVE, "6h"), "No data: needs 5m of requests"),
        (slo.burn_rate(OBJECTIVE, "5m"), "No data in this time range"),
        (slo.target(OBJECTIVE), "No data: see whether its targets are up"),
    ],
    ids=lambda one: one.id if isinstance(one, Signal) else "",
)
def test_a_budget_needs_five_minutes_and_a_target_no_requests(signal: Signal, said: str, local: Built) -> None:
    """A stack that has just started looks young, and not broken."""
    assert metadata_of(local.context, signal).no_value == said


def test_a_share_that_is_zero_has_no_axis_to_ten_thousand_percent(local: Built) -> None:
    """Grafana gives zeros alone an axis to 100, which is 10000 % of a share; every chart of shares has a nearer end."""
    shares = [
        panel["fieldConfig"]["defaults"]
        for dashboard in local.dashboards.values()
        for panel in panels(dashboard)
        if panel["type"] == "timeseries" and panel["fieldConfig"]["defaults"].get("unit") == "percentunit"
    ]

    assert len(shares) > 10
    assert all("max" in one or one["custom"]["axisSoftMax"] for one in shares)
