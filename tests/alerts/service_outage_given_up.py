"""ServiceOutage: more than half of all clients leave before their answer begins."""

from __future__ import annotations

from tests.oracle.of_api import NOT_RECORDED, counting, shown
from tests.oracle.scenario import Fires, Proof, Scenario

GIVEN_UP = "api.outage.given_up"


def _scenario(
    name: str, *fires: Fires, quiet: tuple[str, ...] = (), proves: tuple[Proof, ...] = (), **values: str
) -> Scenario:
    return Scenario(name, [shown("a", **values)], 1195, fires=fires, quiet=quiet, evaluated=5, proves=proves)


SCENARIOS = (
    _scenario(
        "three of four clients give up, and then none",
        Fires(
            GIVEN_UP,
            quiet_until=600,
            by=650,
            over_by=900,
            summary="wellness-api: 62.07% of requests given up by clients (> 50%)",
        ),
        up="1x239",
        answers="0x239",
        fast="0x239",
        good=counting(0, (120, 50), (24, 12), (96, 50)),
        left=counting(0, (120, 0), (24, 36), (96, 0)),
    ),
    _scenario(
        "every second client gives up",
        quiet=(GIVEN_UP,),
        proves=(Proof.UNDER,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        good=counting(0, (120, 50), (120, 25)),
        left=counting(0, (120, 0), (120, 25)),
    ),
    _scenario(
        "twenty clients give up while there are no other requests",
        quiet=(GIVEN_UP,),
        proves=(Proof.FEW,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        good=counting(0, (240, 0)),
        left=counting(0, (120, 0), (20, 1), (100, 0)),
    ),
    _scenario(
        "every client gives up, and then the metrics of the API are gone",
        Fires(GIVEN_UP, quiet_until=600, by=640, over_by=1080),
        Fires(NOT_RECORDED[0], by=1110),
        proves=(Proof.MISSING,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        good=counting(0, (120, 50), (24, 0)) + " stale _x95",
        left=counting(0, (120, 0), (24, 50)) + " stale _x95",
    ),
)
