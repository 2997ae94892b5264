"""Every alert of every service has every case that makes sense for it; where one makes none, the reason stands here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.bounds import ExpectedFiring
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.proof_required import needs_proof
from tests.oracle.perturbed import asks
from tests.oracle.scenario import Proof, Scenario
from tests.oracle.specs import SPECS
from vitals.verify.oracle.measures import P95, MinutesKnown, NewestBefore, Share, SlopeOfKept

pytestmark = pytest.mark.rules
FIRES, ENDS = "it fires", "it is over"
ALWAYS = "the Watchdog is always true"
NO_GUARD = "it has no guard for low traffic, and its runbook says so"
EXCUSED: dict[str, dict[str, str]] = {
    "meta.watchdog": dict.fromkeys([ENDS, Proof.UNDER, Proof.MISSING], ALWAYS),
    "api.latency.high": {Proof.FEW: NO_GUARD},
    "meta.pictures.failing": {Proof.FEW: NO_GUARD},
}
"""Cases that make no sense for one alert, with the reason; those of whole kinds follow from what they ask."""


@pytest.fixture(scope="module")
def shown(ask_oracle: Callable[[Scenario], ExpectedFiring]) -> dict[tuple[str, str], set[str]]:
    """What the scenarios show about each alert of each service; firing and its end by the oracle."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in CASES:
        for key, firing in ask_oracle(case).items():
            lasts = [stretches[0][1] for stretches in firing.values()]
            found[key] |= {FIRES} if lasts else set()
            found[key] |= {ENDS} if any(last < case.last for last in lasts) else set()
        for alert in case.named:
            found[alert, case.service] |= set(case.proves)
    return found


def _wanted(alert: str, service: str) -> set[str]:
    condition = SPECS[alert, service].condition
    wanted = {FIRES, ENDS, Proof.UNDER, Proof.MISSING}
    if asks(condition, (Share, P95)):
        wanted.add(Proof.FEW)
    if asks(condition, (NewestBefore, SlopeOfKept, MinutesKnown)):
        wanted.add(Proof.START)
    return wanted - EXCUSED.get(alert, {}).keys()


def test_every_alert_has_every_case(prod: ShippedEnvironment, shown: dict[tuple[str, str], set[str]]) -> None:
    """It fires, is quiet just under its bound, ends, ends without its series, and with little traffic or past."""
    missing = {
        key: absent
        for alert in needs_proof(prod.plan.alerts)
        if (absent := _wanted(*(key := (alert.id, alert.service))) - shown[key])
    }

    assert missing == {}


def test_no_excuse_is_stale(prod: ShippedEnvironment, shown: dict[tuple[str, str], set[str]]) -> None:
    """An excuse goes when its alert does, or when there is a scenario after all."""
    services = {alert.id: alert.service for alert in prod.plan.alerts}

    for alert, cases in EXCUSED.items():
        assert not cases.keys() & shown[alert, services[alert]]


def test_every_summary_is_compared_with_its_value(prod: ShippedEnvironment) -> None:
    """Each alert's summary is compared word for word in some scenario, current value included."""
    held = {
        (fires.alert, service)
        for case in CASES
        for fires in case.fires
        if fires.summary
        for service in (case.service, "vitals")
    }

    assert {(alert.id, alert.service) for alert in needs_proof(prod.plan.alerts)} - held == set()
