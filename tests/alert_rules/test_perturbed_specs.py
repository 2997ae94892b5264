"""The scenarios are tight: bounds and windows that are a tenth off, and waiting that is half off, are found.

The spec in the oracle is perturbed here, so no promtool is needed: two answers on the same samples that differ are
what promtool would report.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.scenario_run import paced, samples_of
from tests.oracle.perturbed import numbers
from tests.oracle.scenario import Scenario
from tests.oracle.specs import SPECS
from vitals.verify.oracle.conditions import Firing, Statement, firing
from vitals.verify.oracle.observations import Observations, worlds

INSEPARABLE = {
    **dict.fromkeys(
        ("KnownFor.over = 900", "KnownFor.over = 21600"), "the slope has the same window, and its change is found"
    ),
    **dict.fromkeys(
        ("Lately.over = 20", "Lately.over = 60", "Lately.over = 75", "Lately.over = 240", "HighestLately.over = 60"),
        "scrapes lie more than a tenth of it apart; recorded values are compared at both edges of each such window",
    ),
    **dict.fromkeys(
        (
            "Counted.over = 20",
            "Counted.unseen = 5",
            "Counted.unseen = 60",
            "Counted.scraped = 5",
            "NotRecorded.scraped = 5",
            *(f"ScrapeGap.seconds = {seconds}" for seconds in (20, 60, 240)),
            "ScrapeGap.tries = 3",
        ),
        "scrapes lie more than a tenth of it apart; first bursts are covered on both sides of a scrape",
    ),
}
"""Numbers whose change no scenario can show, with the reason."""
LEFT_OUT = ("slo.", "api.outage.", "system.disk.full_in_", "anomaly.active.burning")
WEEKS_AND_DAYS = (".week", ".days")
"""Kinds whose windows hold hundreds of samples each: their scenarios are tight by their own numbers, just under
and just over, and are too dear to be evaluated again for each change."""


def _scenarios_by_alert() -> dict[str, list[Scenario]]:
    found: dict[str, list[Scenario]] = defaultdict(list)
    for case in CASES:
        for alert in case.named:
            found[alert].append(case)
    return {alert: sorted(cases, key=lambda case: case.lasts / case.evaluated) for alert, cases in found.items()}


KINDS = {
    alert: (service, said)
    for (alert, service), said in reversed(list(SPECS.items()))
    if alert != "meta.watchdog" and not alert.startswith(LEFT_OUT) and not alert.endswith(WEEKS_AND_DAYS)
}
"""One service for each kind: the others have the same shape."""


@pytest.mark.rules
@pytest.mark.parametrize("alert", KINDS)
def test_a_perturbed_number_changes_a_firing_time(alert: str, prod: ShippedEnvironment) -> None:
    """Each bound, window and waiting, lower and higher, changes when the alert fires in some scenario."""
    service, said = KINDS[alert]
    cases = [case for case in _scenarios_by_alert()[alert] if case.service == service]

    @cache
    def as_promised(place: int) -> tuple[Observations, Firing]:
        world = _observations(cases[place], service, prod)
        return world, firing(said, world)

    def found(other: Statement) -> bool:
        return any(firing(other, world) != fires for world, fires in map(as_promised, range(len(cases))))

    unfound = [
        (name, direction)
        for name, *perturbed in numbers(said)
        for direction, other in zip(("lower", "higher"), perturbed, strict=True)
        if name not in INSEPARABLE and other != said and not found(other)
    ]

    assert cases
    assert unfound == []


def _observations(case: Scenario, service: str, prod: ShippedEnvironment) -> Observations:
    evaluations = range(0, case.last + 1, case.evaluated)
    found = worlds(samples_of(case, prod.plan), step=paced(case, prod.plan), evaluations=evaluations)
    return found.get(service, Observations({}, evaluations))
