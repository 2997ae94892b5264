"""Requests that no longer end, or no longer come: a hang, vanished traffic, and what only looks like either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario

HANGING, GONE = "api.arrival.hanging", "api.arrival.gone"
STEP = 5
STOP = 1200
"""The second from which on something is wrong: what is usual needs a quarter of an hour."""
Part = tuple[float, float, float, float]
"""Seconds, requests per second that end, requests in flight at the beginning, and how many more each second."""


def _replica(instance: str, *parts: Part, up: str = "1") -> dict[str, list[str]]:
    """A replica whose scrapes work, and which counts its requests under one route."""
    of = f'service="wellness-api",job="wellness-api",instance="{instance}"'
    ended: list[str] = []
    flying: list[str] = []
    total = 1000.0
    for seconds, pace, waiting, more in parts:
        for step in range(int(seconds) // STEP):
            ended.append(f"{total:.9g}")
            flying.append(f"{waiting + more * step * STEP:.9g}")
            total += pace * STEP
    return {
        f"up{{{of}}}": [up] * len(ended),
        f'api_calls_total{{{of},endpoint="/x",method="GET",status="200"}}': ended,
        f"api_requests_in_flight{{{of}}}": flying,
    }


def _scenario(
    name: str, *replicas: dict[str, list[str]], fires: Sequence[Fires] = (), proves: Sequence[Proof] = ()
) -> Scenario:
    steps = max(len(tokens) for replica in replicas for tokens in replica.values())
    quiet = sorted({HANGING, GONE} - {one.alert for one in fires})
    return Scenario(
        name,
        [ScrapedSeries(replica) for replica in replicas],
        lasts=(steps - 1) * STEP,
        fires=fires,
        quiet=quiet,
        evaluated=15,
        step=STEP,
        proves=proves,
    )


def _without_metrics(replica: dict[str, list[str]], start: int) -> dict[str, list[str]]:
    """The same replica, of which only ``up`` is left from a second on."""
    at = start // STEP
    return {
        series: tokens if series.startswith("up") else [*tokens[:at], *["stale"] * (len(tokens) - at)]
        for series, tokens in replica.items()
    }


WELL: Part = (STOP, 10, 2, 0)
HANGS = (
    _scenario(
        "every request hangs, for longer than what is usual remembers, and then all is well",
        *(_replica(n, WELL, (7200, 0, 2, 2), (1200, 10, 2, 0)) for n in "ab"),
        fires=[
            Fires(
                HANGING,
                quiet_until=STOP + 45,
                by=STOP + 75,
                over_by=STOP + 7260,
                summary="wellness-api: completions below 10% of usual, requests waiting 84 (> 0)",
            )
        ],
    ),
    _scenario(
        "the event loop is blocked, so that no request can begin either",
        _replica("a", WELL, (600, 0, 1, 0)),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75)],
    ),
    _scenario(
        "every request hangs but those that ask for health",
        *(_replica(n, WELL, (600, 0.2, 2, 2)) for n in "ab"),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75)],
    ),
    _scenario(
        "every request hangs at night, at eight requests a minute",
        _replica("a", (STOP, 0.14, 0, 0), (900, 0, 1, 0.1)),
        fires=[Fires(HANGING, quiet_until=STOP + 240, by=STOP + 330)],
        proves=[Proof.FEW],
    ),
    _scenario(
        "every request hangs, and then the metrics of the API are gone",
        _without_metrics(_replica("a", WELL, (900, 0, 2, 2)), STOP + 300),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 390)],
        proves=[Proof.MISSING],
    ),
)
NO_HANGS = (
    _scenario(
        "an eighth of the usual requests end while many wait",
        _replica("a", WELL, (900, 1.25, 50, 1)),
        proves=[Proof.UNDER],
    ),
    _scenario("a stream is open while hardly any request comes", _replica("a", (STOP, 0.02, 1, 0), (900, 0, 1, 0))),
    _scenario("a hundred streams are open, and requests end as usual", _replica("a", (2400, 10, 100, 0.2))),
    _scenario(
        "a replica drains its last long request while another serves",
        _replica("a", WELL, (300, 0, 1, 0)),
        _replica("b", WELL, (600, 20, 2, 0)),
    ),
    _scenario("every request hangs for half a minute", _replica("a", WELL, (30, 0, 2, 10), (900, 10, 2, 0))),
    _scenario("a service hangs that is ten minutes old", _replica("a", (600, 10, 2, 0), (120, 0, 2, 2))),
)
DAY, MINUTE, SAMPLED = 86_400, 60, 10
GONE_BY = Fires(GONE, quiet_until=DAY + 780, by=DAY + 960)
"""Requests stop ten minutes after the recorded past; five minutes show it."""


def _after_a_day(
    name: str,
    *parts: tuple[int, float],
    fires: Sequence[Fires] = (),
    proves: Sequence[Proof] = (),
    begins: int = DAY,
    usual: float = 20,
    yesterday: float = 20,
    metrics_end: int = 0,
) -> Scenario:
    """A day as it was recorded, then seconds and the requests per second that end in them.

    Minutes are enough here; a day in steps of five seconds would take that much longer.

    Args:
        name: Name of the scenario.
        parts: Seconds and requests per second.
        fires: What fires.
        proves: What it shows.
        begins: Seconds of the recorded past.
        usual: Requests per second in it.
        yesterday: The same in its first three hours, which are those around now.
        metrics_end: From which second on no metric of the API is shown; 0 for never.
    """
    of = 'service="wellness-api",job="wellness-api",instance="a"'
    before, quiet = begins // SAMPLED, 3 * 3600 // SAMPLED
    ended: list[str] = []
    total = 1000.0
    for seconds, pace in parts:
        for _ in range(seconds // SAMPLED):
            total += SAMPLED * pace
            ended.append(f"{total:.9g}")
    steps = before + len(ended)
    if metrics_end:
        ended[metrics_end // SAMPLED :] = ["stale"] * (len(ended) - metrics_end // SAMPLED)
    flying = ["stale" if token == "stale" else "0" for token in ended]
    series = {
        'service:api_calls:mean1m{service="wellness-api"}': [
            f"{yesterday:g}x{quiet - 1}",
            f"{usual:g}x{before - quiet - 7}",
            f"_x{len(ended) + 6}",
        ],
        f"up{{{of}}}": [f"1x{steps - 1}"],
        f'api_calls_total{{{of},endpoint="/x",method="GET",status="200"}}': [f"_x{before}", *ended],
        f"api_requests_in_flight{{{of}}}": [f"_x{before}", *flying],
    }
    quiet_ids = sorted({HANGING, GONE} - {one.alert for one in fires})
    lasts = steps * SAMPLED - MINUTE
    return Scenario(name, [ScrapedSeries(series)], lasts, fires, quiet_ids, MINUTE, SAMPLED, proves=proves)


VANISHES = (
    _after_a_day(
        "no request arrives any more, and then they come again",
        (600, 20),
        (5400, 0),
        (1200, 20),
        fires=[replace(GONE_BY, over_by=DAY + 6120, summary="wellness-api: traffic 0 requests/s (< 10% of usual)")],
    ),
    _after_a_day(
        "no request arrives any more, and then the metrics of the API are gone",
        (600, 20),
        (1800, 0),
        fires=[replace(GONE_BY, over_by=DAY + 1380)],
        proves=[Proof.MISSING],
        metrics_end=1200,
    ),
)
STAYS = (
    _after_a_day("an eighth of the usual requests arrive", (600, 20), (1800, 2.5), proves=[Proof.UNDER]),
    _after_a_day("few requests stop", (600, 0.9), (1800, 0), usual=0.9, yesterday=0.9, proves=[Proof.FEW]),
    _after_a_day("a spike of an hour is over", (600, 2), (3600, 40), (1800, 2), usual=2, yesterday=2),
    _after_a_day("a day ends as it ended yesterday", (600, 20), (3600, 0), yesterday=0.1),
    _after_a_day("requests stop on the first day of a service", (600, 20), (1800, 0), begins=DAY // 2),
    _scenario(
        "half of the replicas are stopped as planned, and the others take their requests",
        {series: [*tokens, "stale"] for series, tokens in _replica("a", WELL).items()},
        _replica("b", WELL, (900, 20, 2, 0)),
    ),
)
CASES = (*HANGS, *NO_HANGS, *VANISHES, *STAYS)
