"""NothingRecorded: for five minutes an objective has no events, though a target is up and not merely idle."""

from __future__ import annotations

from tests.oracle.of_api import API, NOT_RECORDED, TERMS, counting, shown
from tests.oracle.scenario import Fires, Proof, Scenario, specs_of
from vitals.verify.oracle.objectives import recorded
from vitals.verify.oracle.traffic import Replica, forgetful, serving

SPECS = specs_of(API, recorded(TERMS))
AVAILABILITY, LATENCY = NOT_RECORDED


def _scenario(
    name: str, *fires: Fires, quiet: tuple[str, ...] = (), proves: tuple[Proof, ...] = (), **values: str
) -> Scenario:
    return Scenario(name, [shown("a", **values)], 1195, fires=fires, quiet=quiet, evaluated=5, proves=proves)


def _not_recorded(slo: str, over_by: float) -> Fires:
    words = f"wellness-api ({slo}): 0 SLO events recorded (< 1)"
    return Fires(f"api.recorded.{slo}", quiet_until=295, by=305, over_by=over_by, summary=words)


STEADY = counting(1000, (240, 50))
RECORDED = (
    _scenario(
        "a service speaks other metric names, and is mended",
        _not_recorded("availability", over_by=640),
        _not_recorded("latency", over_by=640),
        up="1x239",
        good="_x120 " + counting(1000, (120, 50)),
        answers="_x120 " + counting(1000, (120, 50)),
        fast="_x120 " + counting(1000, (120, 50)),
    ),
    _scenario(
        "requests are in flight and none is counted",
        Fires(AVAILABILITY, by=305, quiet_until=295),
        Fires(LATENCY, by=305, quiet_until=295),
        up="1x239",
        in_flight="0 1 0x237",
    ),
    _scenario(
        "the bucket of the promised time is not among the metrics",
        Fires(LATENCY, by=310, quiet_until=295),
        quiet=(AVAILABILITY,),
        up="1x239",
        good=STEADY,
        answers=STEADY,
    ),
    _scenario(
        "a service that speaks other metric names is stopped",
        Fires(AVAILABILITY, by=305, over_by=625),
        Fires(LATENCY, by=305, over_by=625),
        Fires("api.outage.gone", quiet_until=600, by=620),
        proves=(Proof.MISSING,),
        up="1x119 0x119",
    ),
    _scenario(
        "a service is idle and was never asked",
        quiet=(AVAILABILITY, LATENCY),
        up="1x239",
        in_flight="0x239",
    ),
    _scenario(
        "series exist and stay at zero",
        quiet=(AVAILABILITY, LATENCY),
        proves=(Proof.UNDER,),
        up="1x239",
        good="0x239",
        answers="0x239",
        fast="0x239",
    ),
    _scenario(
        "a service needs four minutes to start counting",
        quiet=(AVAILABILITY, LATENCY),
        proves=(Proof.UNDER,),
        up="1x239",
        good="_x48 0x191",
        answers="_x48 0x191",
        fast="_x48 0x191",
    ),
)
VANISHING = (
    Scenario(
        "metrics of the API vanish while the scrape works",
        [Replica(f"api-{n}", [serving(602, 20), forgetful(700, 20)]) for n in "ab"],
        lasts=1290,
        evaluated=5,
        fires=[Fires(alert, quiet_until=930, by=990) for alert in NOT_RECORDED],
        quiet=["api.latency.high", "meta.target_down"],
    ),
    Scenario(
        "metrics of the API vanish in the middle of an outage",
        [Replica(f"api-{n}", [serving(602, 20), serving(60, 20, failing=1), forgetful(700, 20)]) for n in "ab"],
        lasts=1300,
        proves=[Proof.MISSING],
        evaluated=5,
        fires=[
            Fires("api.outage.failing", quiet_until=602, by=617),
            *(Fires(alert, quiet_until=990, by=1050) for alert in NOT_RECORDED),
        ],
    ),
)
SCENARIOS = (*RECORDED, *VANISHING)
