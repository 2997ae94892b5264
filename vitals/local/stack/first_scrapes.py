"""Does Prometheus reach the programs that run beside the stack? Said once of each, when its first scrape is over.

A wrong port or path is the commonest mistake, and would otherwise show as an outage of the service a minute later.
"""

import asyncio
from collections.abc import Callable, Mapping

import httpx

from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.discovery import Targets
from vitals.local.stack.metrics_api import MetricsApi

_LOOK_EVERY_S = 1.0
_NOT_YET = "unknown"
"""What Prometheus says of a target that it has not scraped yet."""


async def say_first_scrapes(own: Mapping[str, Targets], api: MetricsApi, say: Callable[[str], None]) -> None:
    """Wait for the first scrape of each target, and say how it went.

    Args:
        own: What runs beside the stack, by the service or exporter that it is.
        api: The Prometheus that scrapes it.
        say: Called with a line for each target.
    """
    waited = {f"{name} {address}" for name, targets in own.items() for address in targets.addresses}
    while waited:
        try:
            found = await api.targets()
        except (httpx.HTTPError, QueryError):
            found = {}
        for target in sorted(waited & found.keys()):
            if found[target] == _NOT_YET:
                continue
            waited.discard(target)
            name, _, address = target.partition(" ")
            say(f"{name} is scraped at {address}" if not found[target] else _why(name, address, found[target]))
        if waited:
            await asyncio.sleep(_LOOK_EVERY_S)


def _why(name: str, address: str, problem: str) -> str:
    return (
        f"{name} is not scraped at {address}: {problem}. Start it, or correct the port or the path behind it; its "
        "outage is notified as any other"
    )
