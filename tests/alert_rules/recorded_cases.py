"""Objectives without events, and services that are merely idle; clients that leave before their answer begins."""

from __future__ import annotations

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario

AVAILABILITY, LATENCY, GIVEN_UP = "api.recorded.availability", "api.recorded.latency", "api.outage.given_up"
OF = 'service="wellness-api",job="wellness-api",instance="a"'
ROUTE = f'{OF},endpoint="/x",method="GET"'
NAMES = {
    "up": f"up{{{OF}}}",
    "in_flight": f"api_requests_in_flight{{{OF}}}",
    "calls": f'api_calls_total{{{ROUTE},status="200"}}',
    "left": f'api_calls_total{{{ROUTE},status="499"}}',
    "answers": f"api_response_time_seconds_count{{{ROUTE}}}",
    "fast": f'api_response_time_seconds_bucket{{{ROUTE},le="0.25"}}',
}
"""Series by what the scenarios call them."""


def _counting(start: int, *paces: tuple[int, float]) -> str:
    """A counter in steps of five seconds, from steps and how much each adds."""
    total, found = float(start), []
    for steps, more in paces:
        for _ in range(steps):
            found.append(f"{total:g}")
            total += more
    return " ".join(found)


def _scenario(
    name: str, *fires: Fires, quiet: tuple[str, ...] = (), proves: tuple[Proof, ...] = (), **values: str
) -> Scenario:
    tokens = {NAMES[series]: text.split() for series, text in values.items()}
    return Scenario(name, [ScrapedSeries(tokens)], 1195, fires=fires, quiet=quiet, evaluated=5, proves=proves)


def _not_recorded(alert: str, slo: str, **times: float) -> Fires:
    words = f"wellness-api ({slo}): 0 SLO events recorded (< 1)"
    return Fires(alert, quiet_until=295, by=305, summary=words, **times)  # type: ignore[arg-type]


STEADY = _counting(1000, (240, 50))
RECORDED = (
    _scenario(
        "a service speaks other metric names, and is mended",
        _not_recorded(AVAILABILITY, "availability", over_by=640),
        _not_recorded(LATENCY, "latency", over_by=640),
        up="1x239",
        calls="_x120 " + _counting(1000, (120, 50)),
        answers="_x120 " + _counting(1000, (120, 50)),
        fast="_x120 " + _counting(1000, (120, 50)),
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
        calls=STEADY,
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
        calls="0x239",
        answers="0x239",
        fast="0x239",
    ),
    _scenario(
        "a service needs four minutes to start counting",
        quiet=(AVAILABILITY, LATENCY),
        proves=(Proof.UNDER,),
        up="1x239",
        calls="_x48 0x191",
        answers="_x48 0x191",
        fast="_x48 0x191",
    ),
)
LEFT = (
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
        calls=_counting(0, (120, 50), (24, 12), (96, 50)),
        left=_counting(0, (120, 0), (24, 36), (96, 0)),
    ),
    _scenario(
        "every second client gives up",
        quiet=(GIVEN_UP,),
        proves=(Proof.UNDER,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        calls=_counting(0, (120, 50), (120, 25)),
        left=_counting(0, (120, 0), (120, 25)),
    ),
    _scenario(
        "twenty clients give up while there are no other requests",
        quiet=(GIVEN_UP,),
        proves=(Proof.FEW,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        calls=_counting(0, (240, 0)),
        left=_counting(0, (120, 0), (20, 1), (100, 0)),
    ),
    _scenario(
        "every client gives up, and then the metrics of the API are gone",
        Fires(GIVEN_UP, quiet_until=600, by=640, over_by=1080),
        Fires(AVAILABILITY, by=1110),
        proves=(Proof.MISSING,),
        up="1x239",
        answers="0x239",
        fast="0x239",
        calls=_counting(0, (120, 50), (24, 0)) + " stale _x95",
        left=_counting(0, (120, 0), (24, 50)) + " stale _x95",
    ),
)
CASES = (*RECORDED, *LEFT)
