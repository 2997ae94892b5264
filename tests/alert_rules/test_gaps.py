"""A gap in what is known neither ends a page about a budget nor brings it again, whenever it comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.promtool_cases import PromtoolCase, expectations, run, together
from tests.alert_rules.scenario_run import expected_by_oracle, groups_of, promtool_test
from tests.alert_rules.scrape_gaps import with_gap
from tests.alerts.budget_burn_of_young_data import GAPS, GAPS_WHILE_IT_FIRES
from tests.oracle.of_api import API
from tests.oracle.scenario import Scenario
from tests.oracle.specs import SPECS
from vitals.model.conventions import Severity
from vitals.render import Plan


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


GAPS_OF_MINUTES = (2, 3, 20)
BY_THEMSELVES = {
    "api.outage.absent": "that no target is known is what it says",
    "slo.availability.fast": "it is judged by the share that is known, see above",
    "slo.latency.fast": "it is judged by the share that is known, see above",
}
"""Pages that need no rule for gaps, with the reason."""
SETTLES = 60
"""So many seconds later a page may end than without a gap: a window that holds less than it would."""


def _pages(plan: Plan) -> dict[tuple[str, str], tuple[Scenario, int]]:
    """Each page with the shortest scenario in which it fires for a minute at least, once of each series; and when."""
    found: dict[tuple[str, str], tuple[Scenario, int]] = {}
    by_length = sorted(CASES, key=lambda case: case.lasts / case.evaluated)
    for alert in plan.alerts:
        if alert.severity is not Severity.CRITICAL or alert.where or alert.id in BY_THEMSELVES:
            continue
        for case in by_length:
            if case.service == alert.service and alert.id in {fires.alert for fires in case.fires}:
                fires = list(expected_by_oracle(case, plan)[alert.id, alert.service].values())
                first, last = max((one for one, *_ in fires), key=lambda stretch: stretch[1] - stretch[0])
                if all(len(stretches) == 1 for stretches in fires) and last - first >= 60:
                    found[alert.id, alert.service] = case, (first + last) // 2 // case.evaluated * case.evaluated
                    break
    return found


def test_every_page_is_tried_with_a_gap(prod: ShippedEnvironment) -> None:
    """A page to come is tried with the rest."""
    pages = {alert.id for alert in prod.plan.alerts if alert.severity is Severity.CRITICAL and not alert.where}

    assert pages - {alert for alert, _ in _pages(prod.plan)} == set(BY_THEMSELVES)


@pytest.mark.rules
@pytest.mark.parametrize("minutes", GAPS_OF_MINUTES)
def test_a_page_goes_on_through_a_gap(minutes: int, prod: ShippedEnvironment, promtool: Path, tmp_path: Path) -> None:
    """Without a break, by the oracle and by the real promtool, and it ends when it would have ended without one."""
    seconds = 60 * minutes
    cases = []
    for (alert, service), (case, begins) in _pages(prod.plan).items():
        without = {
            group: last
            for group, ((first, last),) in expected_by_oracle(case, prod.plan)[alert, service].items()
            if first < begins < last
        }
        pauses = min(without.values()) < begins + seconds + SETTLES
        gap = with_gap(case, alert, prod.plan, begins=begins, seconds=seconds, pauses=pauses)
        fires = expected_by_oracle(gap, prod.plan)
        late = seconds if pauses else 0
        ends = {group: [last - late for _, last in fires[alert, service][group]] for group in without}

        assert {group: len(found) for group, found in ends.items()} == dict.fromkeys(without, 1), gap.name
        assert all(abs(ends[group][0] - last) <= SETTLES for group, last in without.items()), gap.name
        name = SPECS[alert, service].name
        of_name = {key: found for key, found in fires.items() if SPECS[key].name == name}
        checks = expectations(gap, prod.plan, of_name)
        cases.append(_case(gap, alert, checks, prod.plan))

    assert cases
    for batch in together(cases):
        run(batch, {file.stem: file for file in prod.rules}, promtool, tmp_path)


def _case(gap: Scenario, alert: str, checks: list[dict[str, object]], plan: Plan) -> PromtoolCase:
    """One alert of a scenario, held to the oracle at every evaluation."""
    return PromtoolCase(
        gap.name, frozenset({alert}), groups_of(gap, plan), gap.evaluated, lambda: promtool_test(gap, plan, checks)
    )
