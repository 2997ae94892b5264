"""ServiceOutage: total failures, lost replicas and a vanished service, at high and at low traffic."""

from __future__ import annotations

from tests.oracle.of_api import API
from tests.oracle.scenario import Fires, Proof, Scenario, specs_of
from vitals.verify.oracle.objectives import outage
from vitals.verify.oracle.traffic import Replica, dead, serving, unknown, untried

SPECS = specs_of(API, outage(scraped=5, failures=4))
ONE_BY_ONE = (*[serving(9, 0), serving(1, 1)] * 30, *[serving(9, 0), serving(1, 1, failing=1)] * 60)
"""Six requests a minute, counted one by one; from second 300 on every one of them fails."""

SCENARIOS = (
    Scenario(
        "every request fails, then all is well",
        [Replica(f"api-{n}", [serving(602, 20), serving(120, 20, failing=1), serving(600, 20)]) for n in "ab"],
        lasts=1300,
        evaluated=5,
        fires=[
            Fires(
                "api.outage.failing",
                quiet_until=602,
                by=617,
                over_by=735,
                summary="wellness-api: 100% of requests failed (> 90%)",
            )
        ],
    ),
    Scenario(
        "every request fails whose series was never seen before",
        [
            Replica(f"api-{n}", [serving(602, 20), serving(120, 20, failing=1), serving(600, 20)], errors_known=False)
            for n in "ab"
        ],
        lasts=1300,
        evaluated=5,
        fires=[Fires("api.outage.failing", quiet_until=602, by=617, over_by=735)],
    ),
    Scenario(
        "nearly every request fails",
        [Replica("api-a", [serving(602, 20), serving(120, 20, failing=0.93)])],
        lasts=700,
        evaluated=5,
        fires=[
            Fires("api.outage.failing", quiet_until=602, by=617, summary="wellness-api: 93% of requests failed (> 90%)")
        ],
    ),
    Scenario(
        "a little less than nine of ten requests fail",
        [Replica("api-a", [serving(602, 20), serving(500, 20, failing=0.89)])],
        lasts=1100,
        proves=[Proof.UNDER],
        evaluated=5,
        fires=[Fires("slo.availability.fast", quiet_until=602, by=690)],
        quiet=["api.outage.failing"],
    ),
    Scenario(
        "every request fails at six requests a minute",
        [Replica("api-a", ONE_BY_ONE)],
        lasts=880,
        proves=[Proof.FEW],
        evaluated=5,
        fires=[Fires("api.outage.failing", quiet_until=400, by=600), Fires("slo.availability.fast", by=500)],
    ),
    Scenario(
        "every replica dies at once and comes back",
        [Replica(f"api-{n}", [serving(602, 20), dead(90), serving(600, 20)]) for n in "ab"],
        lasts=1280,
        evaluated=5,
        fires=[
            Fires(
                "api.outage.gone",
                quiet_until=602,
                by=617,
                over_by=700,
                summary="wellness-api: 0 replicas up in the last 2 scrapes (< 1)",
            )
        ],
    ),
    Scenario(
        "the only replica dies",
        [Replica("api-a", [serving(602, 20), dead(60)])],
        lasts=650,
        evaluated=5,
        fires=[Fires("api.outage.gone", quiet_until=602, by=617)],
    ),
    Scenario(
        "every request fails, and is repaired while nothing is scraped: the page ends soon after",
        [Replica("api-a", [serving(602, 20), serving(120, 20, failing=1), untried(180, 20), serving(400, 20)])],
        lasts=1280,
        evaluated=5,
        fires=[Fires("api.outage.failing", quiet_until=602, by=617, over_by=902 + 45)],
    ),
    Scenario(
        "the service leaves discovery and comes back",
        [Replica(f"api-{n}", [serving(602, 20), unknown(180), serving(600, 20)]) for n in "ab"],
        lasts=1380,
        evaluated=5,
        fires=[
            Fires(
                "api.outage.absent",
                quiet_until=660,
                by=680,
                over_by=790,
                summary="wellness-api: no scrape target, absent 1 (> 0)",
            )
        ],
        quiet=["api.outage.gone"],
        proves=[Proof.MISSING],
    ),
    Scenario(
        "the service is not known for most of a minute",
        [Replica(f"api-{n}", [serving(602, 20), unknown(53), serving(300, 20)]) for n in "ab"],
        lasts=900,
        evaluated=5,
        quiet=["api.outage.absent"],
        proves=[Proof.UNDER],
    ),
)
