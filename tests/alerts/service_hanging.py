"""ServiceHanging: requests no longer end; and what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.of_api import API
from tests.oracle.of_arrival import arrival
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario

HANGING, GONE = "api.arrival.hanging", "api.arrival.gone"
SPECS = {(HANGING, API): arrival()[HANGING]}
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


def _without_metrics(replica: dict[str, list[str]], start: int, up: str = "1") -> dict[str, list[str]]:
    """The same replica, of which only ``up`` is left from a second on: 0 where every scrape is tried and fails."""
    at = start // STEP
    return {
        series: [*tokens[:at], *[up if series.startswith("up") else "stale"] * (len(tokens) - at)]
        for series, tokens in replica.items()
    }


def _later(replica: dict[str, list[str]], start: int, answers: int = 0) -> dict[str, list[str]]:
    """The same replica from a second on, with the counter that begins with its first answer, some seconds later."""
    found = {series: [*["_"] * (start // STEP), *tokens] for series, tokens in replica.items()}
    hidden = (start + answers) // STEP
    return {
        series: [*["_"] * hidden, *tokens[hidden:]] if series.startswith("api_calls_total") else tokens
        for series, tokens in found.items()
    }


def _until_now(replica: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same replica, which is stopped when its parts end."""
    return {series: [*tokens, "stale"] for series, tokens in replica.items()}


def _not_scraped(replica: dict[str, list[str]], start: int, seconds: int) -> dict[str, list[str]]:
    """The same replica, of which nothing is scraped for some seconds."""
    at, gap = start // STEP, ["_"] * (seconds // STEP)
    return {series: [*tokens[:at], *gap, *tokens[at + len(gap) :]] for series, tokens in replica.items()}


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
        *(_replica(n, WELL, (600, 0.9, 2, 2)) for n in "ab"),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75)],
    ),
    _scenario(
        "every request hangs at night, at eight requests a minute",
        _replica("a", (STOP, 0.14, 0, 0), (900, 0, 1, 0.1)),
        fires=[Fires(HANGING, quiet_until=STOP + 240, by=STOP + 330)],
        proves=[Proof.FEW],
    ),
    _scenario(
        "every request hangs where 23 a minute are usual, just enough to miss them in a minute",
        _replica("a", (STOP, 0.38, 0, 0), (300, 0, 1, 0.1)),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75)],
    ),
    _scenario(
        "every request hangs where 23 in five minutes are usual, just enough to miss them in these",
        _replica("a", (STOP, 0.0765, 0, 0), (600, 0, 1, 0.1)),
        fires=[Fires(HANGING, quiet_until=STOP + 240, by=STOP + 330)],
    ),
    _scenario(
        "every request hangs, and then the metrics of the API are gone",
        _without_metrics(_replica("a", WELL, (900, 0, 2, 2)), STOP + 300),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 390)],
        proves=[Proof.MISSING],
    ),
    _scenario(
        "a deploy, whose replicas answer no request",
        _until_now(_replica("a", WELL)),
        _later(_replica("b", (600, 0, 2, 2)), STOP, answers=600),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75)],
    ),
)
GAPS = (
    _scenario(
        "every request hangs, and nothing is scraped for two minutes: the page goes on",
        _not_scraped(_replica("a", WELL, (900, 0, 2, 2), (600, 10, 2, 0)), STOP + 300, 120),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 960)],
    ),
    _scenario(
        "every request hangs, and the service is repaired while nothing is scraped: the page ends soon after",
        _not_scraped(_replica("a", WELL, (360, 0, 2, 2), (900, 10, 2, 0)), STOP + 300, 180),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 480 + 60)],
    ),
    _scenario(
        "every request hangs, and the service is repaired in a gap: the page ends with the third scrape after it",
        _not_scraped(_replica("a", WELL, (360, 0, 2, 2), (900, 10, 2, 0)), STOP + 300, 185),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 495)],
    ),
    _scenario(
        "every request hangs, and then every scrape fails: that is known, and the page of the outage is another",
        _without_metrics(_replica("a", WELL, (600, 0, 2, 2)), STOP + 300, up="0"),
        fires=[
            Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 375),
            Fires("api.outage.gone", by=STOP + 330),
        ],
    ),
    _scenario(
        "the event loop is blocked, and the pod is replaced while nothing is scraped: the page ends soon after",
        _not_scraped(_replica("a", WELL, (480, 0, 1, 0)), STOP + 300, 180),
        _later(_replica("b", (900, 10, 2, 0)), STOP + 480),
        fires=[Fires(HANGING, quiet_until=STOP + 45, by=STOP + 75, over_by=STOP + 480 + 60)],
    ),
)
NO_HANGS = (
    _scenario(
        "just over a tenth of the usual requests end while many wait",
        _replica("a", WELL, (900, 1.1, 50, 1)),
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
    _scenario(
        "half of the replicas are stopped as planned, and the others take their requests",
        _until_now(_replica("a", WELL)),
        _replica("b", WELL, (900, 20, 2, 0)),
    ),
    _scenario(
        "a service is there again after an outage of ten minutes, and its first answers take half a minute",
        _until_now(_replica("a", WELL)),
        _later(_replica("b", (900, 10, 2, 0)), STOP + 600, answers=30),
        fires=[Fires("api.outage.absent", by=STOP + 360 + 75, over_by=STOP + 615)],
    ),
)
SCENARIOS = (*HANGS, *GAPS, *NO_HANGS)
