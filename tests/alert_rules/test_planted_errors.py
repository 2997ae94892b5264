"""The stories are tight: bounds and windows that are a tenth off, and waiting that is half off, are found.

What is planted here is an error in the oracle's own statement, so no promtool is needed: two tellings of the same
samples that differ are what promtool would report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.alert_rules.conftest import Rendered
from tests.alert_rules.scenario import Scenario
from tests.alert_rules.told import CASES
from tests.oracle.altered import numbers
from tests.oracle.conditions import Statement, firing
from tests.oracle.published import PUBLISHED
from tests.oracle.world import World, worlds

NOT_TOLD = {
    "KnownFor.over = 900": "the slope has the same window, and its change is found",
    **dict.fromkeys(
        ("Lately.over = 20", "Lately.over = 60", "Lately.over = 75", "HighestLately.over = 60"),
        "scrapes lie more than a tenth of it apart; recorded values are compared at both edges of each such window",
    ),
    **dict.fromkeys(
        ("Counted.over = 20", "Counted.unseen = 5", "Counted.unseen = 60"),
        "scrapes lie more than a tenth of it apart; first bursts are told on both sides of a scrape",
    ),
}
"""Numbers whose change no story can tell, with the reason."""
LEFT_OUT = ("slo.", "api.outage.", "system.disk.full_in_")
WEEKS_AND_DAYS = (".week", ".days")
"""Kinds whose windows hold hundreds of samples each: their stories are tight by their own numbers, just under and
just over, and are too dear to be told again for each change."""


def _stories() -> dict[str, list[Scenario]]:
    found: dict[str, list[Scenario]] = defaultdict(list)
    for case in CASES:
        for alert in {*(fires.alert for fires in case.fires), *case.quiet}:
            found[alert].append(case)
    return {alert: sorted(cases, key=lambda case: case.lasts / case.evaluated) for alert, cases in found.items()}


KINDS = {
    alert: (service, said)
    for (alert, service), said in reversed(list(PUBLISHED.items()))
    if alert != "meta.watchdog" and not alert.startswith(LEFT_OUT) and not alert.endswith(WEEKS_AND_DAYS)
}
"""One service for each kind: the others have the same shape."""


@pytest.mark.rules
@pytest.mark.parametrize("alert", KINDS)
def test_a_number_that_is_off_is_found(alert: str, prod: Rendered) -> None:
    """Each bound, window and waiting, lower and higher, changes when the alert fires in some story."""
    service, said = KINDS[alert]
    cases = [case for case in _stories()[alert] if case.service == service]
    unfound = []
    for name, *altered in numbers(said):
        for direction, other in zip(("lower", "higher"), altered, strict=True):
            if other != said and not any(_differ(said, other, world) for world in _told(cases, service, prod)):
                unfound.append((name, direction))

    assert [text for text in unfound if text[0] not in NOT_TOLD] == []


def _told(cases: list[Scenario], service: str, prod: Rendered) -> Iterator[World]:
    for case in cases:
        evaluations = range(0, case.last + 1, case.evaluated)
        found = worlds(case.samples(prod.plan), step=case.paced(prod.plan), evaluations=evaluations)
        yield found.get(service, World({}, evaluations))


def _differ(said: Statement, other: Statement, world: World) -> bool:
    return firing(said, world) != firing(other, world)
