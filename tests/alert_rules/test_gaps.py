"""A gap in what is known neither ends a page about a budget nor brings it again, whenever it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.alert_rules.bounds import ExpectedFiring, contradictions
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.gap_cases import (
    BY_THEMSELVES,
    GAPS_OF_MINUTES,
    LONG_GAP,
    SETTLES,
    TAIL,
    PageWithGap,
    ended_in_a_gap,
    pages,
    pages_after_a_gap,
    pages_repaired_in_a_gap,
    pages_while_scrapes_fail,
    pages_with_gap,
)
from tests.alert_rules.promtool_cases import run, together
from tests.alert_rules.scenario_run import expected_by_oracle
from tests.alerts.budget_burn_of_young_data import GAPS, GAPS_WHILE_IT_FIRES
from tests.oracle.of_api import API
from tests.oracle.scenario import Scenario
from vitals.model.conventions import Severity


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


def test_every_page_is_tried_with_a_gap(prod: ShippedEnvironment) -> None:
    """A page to come is tried with the rest."""
    every = {alert.id for alert in prod.plan.alerts if alert.severity is Severity.CRITICAL and not alert.where}

    assert every - {alert for alert, _ in pages(prod.plan)} == set(BY_THEMSELVES)
    assert pages(prod.plan, tail=TAIL).keys() == pages(prod.plan).keys()


@pytest.mark.rules
@pytest.mark.parametrize(
    "minutes",  # the shortest repeats the next one with another number
    [pytest.param(GAPS_OF_MINUTES[0], marks=pytest.mark.nightly), *GAPS_OF_MINUTES[1:]],
)
def test_a_page_goes_on_through_a_gap(minutes: int, prod: ShippedEnvironment, promtool: Path, tmp_path: Path) -> None:
    """Without a break, by the oracle and by the real promtool, and it ends when it would have ended without one."""
    found = pages_with_gap(prod.plan, minutes)
    for one in found:
        fires = expected_by_oracle(one.scenario, prod.plan)[one.alert, one.service]
        ends = {group: [last - one.late for _, last in fires[group]] for group in one.ends}

        assert {group: len(several) for group, several in ends.items()} == dict.fromkeys(one.ends, 1), one.scenario.name
        assert all(abs(ends[group][0] - last) <= SETTLES for group, last in one.ends.items()), one.scenario.name

    assert found
    _run(found, prod, promtool, tmp_path)


@pytest.mark.nightly
@pytest.mark.rules
def test_a_page_outlives_a_long_gap_ends_in_a_longer_one_and_begins_in_none(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """By the oracle at every evaluation."""
    for found in (
        pages_with_gap(prod.plan, LONG_GAP),
        pages_after_a_gap(prod.plan),
        pages_while_scrapes_fail(prod.plan),
        pages_repaired_in_a_gap(prod.plan),
    ):
        assert found
        _run(found, prod, promtool, tmp_path)
    ended = ended_in_a_gap(prod.plan)
    assert ended
    for batch in together(ended):
        run(batch, {file.stem: file for file in prod.rules}, promtool, tmp_path)


def _run(found: Sequence[PageWithGap], prod: ShippedEnvironment, promtool: Path, folder: Path) -> None:
    for batch in together([one.case(prod.plan) for one in found]):
        run(batch, {file.stem: file for file in prod.rules}, promtool, folder)
