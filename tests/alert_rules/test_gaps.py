"""A gap in what is known neither ends a page about a budget nor brings it again, whenever it comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alerts.budget_burn_of_young_data import GAPS, GAPS_WHILE_IT_FIRES
from tests.oracle.of_api import API
from tests.oracle.scenario import Scenario


@pytest.mark.rules
@pytest.mark.parametrize("scenario", [*GAPS, *GAPS_WHILE_IT_FIRES], ids=lambda scenario: scenario.name[:40])
def test_a_burn_rate_alert_fires_once(scenario: Scenario, ask_oracle: Callable[[Scenario], ExpectedFiring]) -> None:
    """From its begin to its end without a break, although something is not known meanwhile or was not before."""
    fires = ask_oracle(scenario)
    burning = {alert: fires[alert, API] for alert in scenario.named if alert.startswith("slo.")}
    stretches = {alert: found for alert, firing in burning.items() for found in firing.values()}

    assert contradictions(scenario, fires) == []
    assert stretches
    assert {alert: len(found) for alert, found in stretches.items()} == dict.fromkeys(stretches, 1)
