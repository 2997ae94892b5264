"""TrafficGone: requests no longer come, where they usually do; and what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.oracle.of_api import API
from tests.oracle.of_arrival import arrival
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario

HANGING, GONE = "api.arrival.hanging", "api.arrival.gone"
SPECS = {(GONE, API): arrival()[GONE]}
DAY, HALF_A_DAY, MINUTE, EVALUATED, SAMPLED = 86_400, 43_200, 60, 240, 5
"""Sampled as often as production is: where scrapes are missing, a page does not end."""
GONE_BY = Fires(GONE, quiet_until=DAY + 780, by=DAY + 960)
"""Requests stop ten minutes after the recorded past; five minutes show it."""
NEVER_ASKED = ("up", 1), ("api_requests_in_flight", 0)
"""What a replica shows that has had no request: a counter begins with its first one."""


def _after_a_day(
    name: str,
    *parts: tuple[int, float],
    fires: Sequence[Fires] = (),
    proves: Sequence[Proof] = (),
    begins: int = DAY,
    usual: float = 20,
    yesterday: float = 20,
    metrics_end: int = 0,
    replaced: int = 0,
) -> Scenario:
    """A day as it was recorded, then seconds and the requests per second that end in them.

    It is evaluated every fourth minute: a day in steps of a quarter of one would take sixteen times as long.

    Args:
        name: Name of the scenario.
        parts: Seconds and requests per second.
        fires: What fires.
        proves: What it shows.
        begins: Seconds of the recorded past.
        usual: Requests per second in it.
        yesterday: The same in its first three hours, which are those around now.
        metrics_end: From which second on no metric of the API is shown; 0 for never.
        replaced: From which second on another replica is there instead, which never gets a request; 0 for never.
    """
    of, new = (f'service="wellness-api",job="wellness-api",instance="{instance}"' for instance in "ab")
    before, quiet, minute = begins // SAMPLED, 3 * 3600 // SAMPLED, MINUTE // SAMPLED
    ended: list[str] = []
    total = 1000.0
    for seconds, pace in parts:
        for _ in range(seconds // SAMPLED):
            total += SAMPLED * pace
            ended.append(f"{total:.9g}")
    steps = before + len(ended)
    up = [f"1x{steps - 1}"]
    others: dict[str, list[str]] = {}
    if replaced:
        metrics_end, left = replaced, len(ended) - replaced // SAMPLED
        up = [f"1x{steps - left - 1}", "stale"]
        others = {f"{name}{{{new}}}": [f"_x{steps - left}", f"{value}x{left - 1}"] for name, value in NEVER_ASKED}
    if metrics_end:
        ended[metrics_end // SAMPLED :] = ["stale"] * (len(ended) - metrics_end // SAMPLED)
    flying = ["stale" if token == "stale" else "0" for token in ended]
    series = {
        'service:api_calls:mean1m{service="wellness-api"}': [
            f"{yesterday:g}x{quiet - 1}",
            f"{usual:g}x{before - quiet - minute - 1}",
            f"_x{len(ended) + minute}",
        ],
        f"up{{{of}}}": up,
        f'api_calls_total{{{of},endpoint="/x",method="GET",status="200"}}': [f"_x{before}", *ended],
        f"api_requests_in_flight{{{of}}}": [f"_x{before}", *flying],
        **others,
    }
    quiet_ids = sorted({HANGING, GONE} - {one.alert for one in fires})
    lasts = steps * SAMPLED - EVALUATED
    return Scenario(name, [ScrapedSeries(series)], lasts, fires, quiet_ids, EVALUATED, SAMPLED, proves=proves)


VANISHES = (
    _after_a_day(
        "no request arrives any more, and then they come again",
        (600, 20),
        (7800, 0),  # more than half of what the median remembers
        (1200, 20),
        fires=[replace(GONE_BY, over_by=DAY + 8520, summary="wellness-api: traffic 0 requests/s (< 10% of usual)")],
    ),
    _after_a_day(
        "no request arrives for half a day, and that is usual then",
        (600, 20),
        (13 * 3600, 0),
        fires=[replace(GONE_BY, over_by=DAY + 960 + HALF_A_DAY + EVALUATED)],
    ),
    _after_a_day(
        "no request arrives any more, and then the metrics of the API are gone",
        (600, 20),
        (3000, 0),
        fires=[replace(GONE_BY, over_by=DAY + 2640)],
        proves=[Proof.MISSING],
        metrics_end=2400,
    ),
    _after_a_day(
        "a deploy, after which no request arrives, where a third of the usual came yesterday",
        (600, 20),
        (1800, 0),
        fires=[GONE_BY],
        yesterday=6.6,
        replaced=600,
    ),
)
STAYS = (
    _after_a_day("an eighth of the usual requests arrive", (600, 20), (1800, 2.5), proves=[Proof.UNDER]),
    _after_a_day("few requests stop", (600, 0.9), (1800, 0), usual=0.9, yesterday=0.9, proves=[Proof.FEW]),
    _after_a_day("a spike of an hour is over", (600, 2), (3600, 40), (1800, 2), usual=2, yesterday=2),
    _after_a_day(
        "a day ends as it ended yesterday, with a quarter of the usual requests", (600, 20), (3600, 0), yesterday=5.4
    ),
    _after_a_day("requests stop on the first day of a service", (600, 20), (1800, 0), begins=DAY // 2),
)
SCENARIOS = (*VANISHES, *STAYS)
