"""A user who starts the stack beside a service of theirs reads at once whether Prometheus reaches it."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.discovery import Targets
from vitals.local.stack.first_scrapes import say_first_scrapes
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.serve import serving

OWN = {"shop": Targets(("127.0.0.1:1", "127.0.0.1:2")), "mails": Targets(("127.0.0.1:3",), path="/stats")}
HEALTH = {
    "127.0.0.1:1": ("shop", "up", ""),
    "127.0.0.1:2": ("shop", "down", "connection refused"),
    "127.0.0.1:3": ("mails", "down", "server returned HTTP status 404 Not Found"),
    "127.0.0.1:9": ("node", "up", ""),
}


async def _said() -> list[str]:
    """What is said where Prometheus has scraped nothing when it is first asked, and everything after that."""
    asked = 0
    said: list[str] = []

    async def targets(_: Request) -> Response:
        nonlocal asked
        asked += 1
        active = [
            {
                "labels": {"job": job, "instance": address},
                "health": health if asked > 1 else "unknown",
                "lastError": error if asked > 1 else "",
            }
            for address, (job, health, error) in HEALTH.items()
        ]
        return JSONResponse({"status": "success", "data": {"activeTargets": active}})

    app = Starlette(routes=[Route("/api/v1/targets", targets)])
    async with serving(app, listen(0, "")) as url, loopback_client() as client:
        await say_first_scrapes(OWN, MetricsApi(url, client), said.append)
    return said


def test_each_target_is_named_once_with_how_its_first_scrape_went() -> None:
    """A target that is not scraped is named with Prometheus' own words; those of the stack are not named."""
    mails, shop, refused = asyncio.run(_said())

    assert shop == "shop is scraped at 127.0.0.1:1"
    assert mails.startswith("mails is not scraped at 127.0.0.1:3: server returned HTTP status 404 Not Found.")
    assert refused.startswith("shop is not scraped at 127.0.0.1:2: connection refused.")
