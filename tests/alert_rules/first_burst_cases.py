"""The first burst of failures that a target ever has, and what only looks like one: a counter that is seen again."""

from __future__ import annotations

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Scenario

FAILING, FAST = "api.outage.failing", "slo.availability.fast"
LASTS = 900


def _target(instance: str, **values: str) -> dict[str, list[str]]:
    """A target's series; its answers are 200 and 500, and what is not named is not shown.

    Response times are shown whenever a scrape works, and none is ever counted: they are not what this is about.
    """
    of = f'service="wellness-api",job="wellness-api",instance="{instance}"'
    route = f'{of},endpoint="/x",method="GET"'
    names = {
        "up": f"up{{{of}}}",
        "good": f'api_calls_total{{{route},status="200"}}',
        "bad": f'api_calls_total{{{route},status="500"}}',
        "in_flight": f"api_requests_in_flight{{{of}}}",
        "began": f"process_start_time_seconds{{{of}}}",
        "answers": f"api_response_time_seconds_count{{{route}}}",
        "fast": f'api_response_time_seconds_bucket{{{route},le="0.25"}}',
    }
    values |= dict.fromkeys(("answers", "fast"), values["up"].replace("1x", "0x"))
    return {names[name]: tokens.split() for name, tokens in values.items()}


def _scenario(name: str, tokens: dict[str, list[str]], *fires: Fires) -> Scenario:
    quiet = {FAILING, FAST} - {one.alert for one in fires}
    return Scenario(name, [ScrapedSeries(tokens)], LASTS, fires=fires, quiet=sorted(quiet), evaluated=5)


def _pages(at: int) -> Fires:
    """The outage pages at once, and lets go when five minutes have forgotten it."""
    return Fires(FAILING, by=at + 10, quiet_until=at - 5, over_by=at + 310)


BURSTS = (
    _scenario(
        "forty requests in a row fail on a replica that never failed before",
        _target("a", up="1x180", good="1000x180", bad="_x60 40x120"),
        _pages(300),
    ),
    _scenario(
        "the first requests that a replica ever gets fail",
        _target("a", up="1x180", in_flight="0x180", bad="_x60 40x120"),
        _pages(300),
    ),
    _scenario(
        "a process fails everything before it is scraped for the first time",
        _target("a", up="1x180", good="1000x180")
        | _target("b", up="_x60 1x120", bad="_x60 40x120", began="_x60 250x120"),
        _pages(300),
    ),
)
SEEN_AGAIN = (
    _scenario(
        "a counter of a million failures is seen again after ten minutes without Prometheus",
        _target(
            "a",
            up="1x29 _x120 1x30",
            good="1000x29 _x120 9000x30",
            bad="1000000x29 _x120 1000000x30",
            in_flight="1x29 _x120 1x30",
            began="-9000x29 _x120 -9000x30",
        ),
        Fires("api.outage.absent", by=600, quiet_until=500, over_by=760),
    ),
    _scenario(
        "a target with a million failures gets another name",
        _target("a", up="1x59 stale", good="9000x59 stale", bad="1000000x59 stale", began="-9000x59 stale")
        | _target("b", up="_x60 1x120", good="_x60 9000x120", bad="_x60 1000000x120", began="_x60 -9000x120"),
    ),
    _scenario(
        "the metrics of the API vanish for five minutes and come back",
        _target(
            "a",
            up="1x180",
            good="9000x29 stale _x60 9000x90",
            bad="1000000x29 stale _x60 1000000x90",
            in_flight="1x29 stale _x60 1x90",
            began="-9000x180",
        ),
    ),
    _scenario(
        "scrapes fail for five minutes while a million failures are held",
        _target("a", up="1x29 0x60 1x90", good="9000x29 stale _x60 9000x90", bad="1000000x29 stale _x60 1000000x90")
        | _target("b", up="1x180", good="9000x180"),
    ),
    _scenario(
        "Prometheus misses scrapes for two minutes",
        _target("a", up="1x59 _x24 1x90", good="1000x59 _x24 2000x90", bad="700x59 _x24 700x90"),
    ),
)
CASES = (*BURSTS, *SEEN_AGAIN)
