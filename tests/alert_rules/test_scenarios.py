"""Every shipped alert fires when the oracle says and at no other evaluation, by the real promtool on the real rules.

The rules of production are run on every merge. Those of the local stack are the same text with other intervals, which
every drill runs for real, so its outages are evaluated every night.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules.all_scenarios import BY_FILE, CASES
from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.promtool_cases import PromtoolCase, expectations, promtool_case, run, together
from tests.alert_rules.scenario_run import expected_by_oracle, promtool_test
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.traffic import Replica, serving

OUTAGES = BY_FILE["service_outage"]


def _by_group(rendered: ShippedEnvironment) -> dict[str, Path]:
    return {file.stem: file for file in rendered.rules}


def _run_cases(promtool_cases: list[PromtoolCase], rendered: ShippedEnvironment, promtool: Path, folder: Path) -> None:
    for batch in together(promtool_cases):
        run(batch, _by_group(rendered), promtool, folder)


@pytest.mark.rules
@pytest.mark.parametrize("file", BY_FILE)
def test_production_rules_pass_every_scenario(
    file: str,
    prod: ShippedEnvironment,
    ask_oracle: Callable[[Scenario], ExpectedFiring],
    promtool: Path,
    tmp_path: Path,
) -> None:
    """The rules of production fire, stay silent and recover as expected, evaluation by evaluation."""
    _run_cases(
        [promtool_case(case, prod.plan, ask_oracle(case)) for case in BY_FILE[file]],
        prod,
        promtool,
        tmp_path,
    )


@pytest.mark.nightly
@pytest.mark.rules
def test_local_rules_pass_the_outage_scenarios(local: ShippedEnvironment, promtool: Path, tmp_path: Path) -> None:
    """So do the rules of the local stack; the long scenarios are not repeated, as the rules are the same text."""
    _run_cases([promtool_case(case, local.plan) for case in OUTAGES], local, promtool, tmp_path)


@pytest.mark.rules
def test_a_failing_case_is_reported(prod: ShippedEnvironment, promtool: Path, tmp_path: Path) -> None:
    """The check bites: it fails where the oracle and promtool get different samples."""
    original = OUTAGES[0]
    silent = replace(original, replicas=[Replica("a", [serving(1400, 20)])], fires=())
    checks = expectations(silent, prod.plan, expected_by_oracle(silent, prod.plan))
    wrong = replace(promtool_case(silent, prod.plan), test=lambda: promtool_test(original, prod.plan, checks))

    with pytest.raises(AssertionError, match="ServiceOutage"):
        run([wrong], _by_group(prod), promtool, tmp_path)


def test_the_bounds_of_a_scenario_must_agree_with_the_oracle(prod: ShippedEnvironment) -> None:
    """A bound that a person wrote and the oracle breaks is refused, and so is an unexpected page."""
    original = OUTAGES[0]
    late = replace(original, fires=[Fires("api.outage.failing", quiet_until=660, by=690, over_by=700)])
    fires = expected_by_oracle(original, prod.plan)

    assert contradictions(original, fires) == []
    assert [text.partition(": ")[2].split(" at ")[0] for text in contradictions(late, fires)] == ["fires", "fires"]
    assert any("fires unexpectedly" in text for text in contradictions(replace(original, fires=()), fires))
    with pytest.raises(AssertionError, match="fires unexpectedly"):
        promtool_case(replace(original, fires=()), prod.plan).test()


def test_scenario_names_are_unique() -> None:
    """A report names one scenario."""
    names = [case.name for case in CASES]

    assert sorted(set(names)) == sorted(names)
