"""Replicas that hang by chance, seen with gaps: the rules say what the oracle says, at every evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules.arrival_fuzz import ALERTS, PACES, REPLICAS, arrival_fuzz_cases, scenarios
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


def test_both_alerts_fire_where_just_enough_requests_are_usual(prod: ShippedEnvironment) -> None:
    """At every pace above the bound, and at none below it: else silence would be held to silence."""
    fires = [expected_by_oracle(scenario, prod.plan) for scenario in scenarios()]
    of_service, of_replica = ([bool(found[alert, API]) for found in fires] for alert in ALERTS)

    assert of_service == [pace * 300 >= 21 for pace in PACES]
    assert of_replica == [pace / len(REPLICAS) * 300 >= 21 for pace in PACES]
