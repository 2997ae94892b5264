"""The API of the demo: what it promises, and its series as a scrape brings them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.samples import ScrapedSeries
from vitals.verify.oracle.objectives import ApiTerms

API = "wellness-api"
TERMS = ApiTerms(failed_share=0.001, slow_share=0.01, within=0.25, scraped=5)
"""99.9 % of good answers, and 99 % within 250 ms."""
NOT_RECORDED = ("api.recorded.availability", "api.recorded.latency")
"""What pages when the events of the objectives are no longer recorded."""


def shown(instance: str, **tokens: str) -> ScrapedSeries:
    """What a replica shows of itself and of one route; what is not named is not shown.

    Args:
        instance: Its ``instance`` label.
        tokens: Tokens of promtool's notation by what is meant: ``up``, ``began`` (its start), ``in_flight``;
            requests that were ``good`` (200), ``bad`` (500) or not waited for (``left``, 499); ``answers`` whose time
            was measured, and the ``fast`` ones among them.
    """
    of = f'service="{API}",job="{API}",instance="{instance}"'
    route = f'{of},endpoint="/x",method="GET"'
    names = {
        "up": f"up{{{of}}}",
        "began": f"process_start_time_seconds{{{of}}}",
        "in_flight": f"api_requests_in_flight{{{of}}}",
        "good": f'api_calls_total{{{route},status="200"}}',
        "bad": f'api_calls_total{{{route},status="500"}}',
        "left": f'api_calls_total{{{route},status="499"}}',
        "answers": f"api_response_time_seconds_count{{{route}}}",
        "fast": f'api_response_time_seconds_bucket{{{route},le="0.25"}}',
    }
    return ScrapedSeries({names[name]: values.split() for name, values in tokens.items()})


def counting(start: float, *paces: tuple[int, float]) -> str:
    """A counter, from steps and how much each adds."""
    return " ".join(f"{value:g}" for value in _counted(start, paces))


def _counted(total: float, paces: Sequence[tuple[int, float]]) -> list[float]:
    found = []
    for steps, more in paces:
        for _ in range(steps):
            found.append(total)
            total += more
    return found
