"""Every shipped alert fires when it must and stays silent when it must, by the real promtool on the real rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from alert_rules import Severity
from tests.alert_rules import (
    burn_cases,
    cache_cases,
    database_cases,
    latency_cases,
    level_cases,
    meta_cases,
    outage_cases,
    quiet_cases,
    tasks_cases,
    trend_cases,
    users_cases,
)
from tests.alert_rules.conftest import Rendered
from tests.alert_rules.scenario import Scenario, run

LIVES: tuple[Scenario, ...] = (
    *outage_cases.CASES,
    *burn_cases.CASES,
    *latency_cases.CASES,
    *meta_cases.CASES,
    *quiet_cases.CASES,
    *database_cases.CASES,
    *cache_cases.CASES,
    *tasks_cases.CASES,
    *users_cases.CASES,
)
"""Stories told by scrapes; every rule is evaluated."""
CASES = (*LIVES, *trend_cases.CASES)
"""Those told by days of history, too."""


def _name(case: Scenario) -> str:
    return case.name


@pytest.mark.rules
@pytest.mark.parametrize("case", LIVES, ids=_name)
def test_production_tells_the_story(case: Scenario, prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The rules of production fire, stay silent and recover as the scenario says."""
    run([case], prod.plan, prod.rules, promtool, tmp_path)


@pytest.mark.rules
@pytest.mark.parametrize("case", trend_cases.CASES, ids=_name)
def test_history_tells_the_story(case: Scenario, prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """So do the rules that compare hours, over days; the others have nothing to read there and are left out."""
    run([case], prod.plan, [file for file in prod.rules if file.stem == f"{case.service}.trend"], promtool, tmp_path)


@pytest.mark.rules
@pytest.mark.parametrize("case", [*outage_cases.OUTAGES, *meta_cases.CASES], ids=_name)
def test_one_machine_tells_the_story(case: Scenario, local: Rendered, promtool: Path, tmp_path: Path) -> None:
    """So do the rules of the local stack; the long scenarios are not repeated, as the rules are the same text."""
    run([case], local.plan, local.rules, promtool, tmp_path)


@pytest.mark.rules
def test_a_scenario_that_does_not_come_true_is_reported(prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The check of silence over a whole run bites: take the expected page away, and the story fails."""
    told = outage_cases.OUTAGES[0]
    denied = Scenario(told.name, told.replicas, lasts=700, evaluated=5)

    with pytest.raises(AssertionError, match="ServiceOutage"):
        run([denied], prod.plan, prod.rules, promtool, tmp_path)


def test_every_alert_has_a_firing_and_a_quiet_case(prod: Rendered) -> None:
    """No shipped kind of alert is without proof that it fires and without proof that it can be silent."""
    firing = {fires.alert for case in CASES for fires in case.fires}
    quiet = {alert.id for case in CASES for alert in case.silent(prod.plan)}
    quiet |= {fires.alert for case in CASES for fires in case.fires if fires.quiet_until}
    kinds = {alert.id for alert in prod.plan.alerts} - level_cases.TOLD

    assert firing == kinds
    assert quiet - level_cases.TOLD == kinds - {"meta.watchdog"}


def test_every_summary_is_held_with_its_value(prod: Rendered) -> None:
    """Each kind's summary is compared word for word in some case, current value included."""
    held = {fires.alert for case in CASES for fires in case.fires if fires.summary}

    assert {alert.id for alert in prod.plan.alerts} - level_cases.TOLD - held == set()


def test_alerts_that_page_are_held_silent_in_every_other_case(prod: Rendered) -> None:
    """A scenario that does not name a page forbids it, without saying so."""
    pages = {a.id for a in prod.plan.alerts if a.severity is Severity.CRITICAL and a.service == "wellness-api"}
    healthy = quiet_cases.HEALTHY[0]

    assert pages <= {alert.id for alert in healthy.silent(prod.plan)}
