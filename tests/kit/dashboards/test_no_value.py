"""A panel without data says what is missing, where the signal knows it."""

from __future__ import annotations

import pytest

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
