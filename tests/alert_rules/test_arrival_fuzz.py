"""Replicas that hang by chance, seen with gaps: the rules say what the oracle says, at every evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules.arrival_fuzz import ALERTS, STEP, STEPS, arrival_fuzz_cases, scenarios
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.promtool_cases import run, together
from tests.alert_rules.scenario_run import expected_by_oracle
from tests.oracle.of_api import API

pytestmark = pytest.mark.rules


def test_hangs_by_chance_are_seen_as_the_oracle_sees_them(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """Where hardly a request is usual and where many are."""
    for batch in together(arrival_fuzz_cases(prod.plan)):
        run(batch, {file.stem: file for file in prod.rules}, promtool, tmp_path)


def test_both_alerts_fire_by_chance_and_are_quiet_again(prod: ShippedEnvironment) -> None:
    """Else silence would be held to silence."""
    fires = [expected_by_oracle(scenario, prod.plan) for scenario in scenarios()]

    assert fires
    for alert in ALERTS:
        stretches = [span for found in fires for spans in found[alert, API].values() for span in spans]
        assert len(stretches) > len(fires) / 2, alert
        assert any(last < (STEPS - 1) * STEP for _, last in stretches), alert
