"""The open ports of the stack as tests send to them: every receiver behind the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.receivers.deadman import heartbeat_path, heartbeat_routes
from vitals.local.stack.receivers.pagerduty import pagerduty_routes
from vitals.local.stack.receivers.slack import slack_routes, webhook_path
from vitals.local.stack.serve import serving
from vitals.local.stack.traces.otlp import trace_routes
from vitals.local.stack.traces.store import TraceStore

TOKEN, KEY = "t" * 24, "k" * 32
PROTOBUF = {"content-type": "application/x-protobuf"}
PATHS = [webhook_path(TOKEN), "/v2/enqueue", heartbeat_path(TOKEN), "/v1/traces"]


def with_intake(
    folder: Path, ask: Callable[[httpx.AsyncClient, str], Awaitable[Any]]
) -> tuple[Any, list[Delivery], TraceStore]:
    """Serve every receiver, ask something of it, and return the answer, what was delivered, and the spans."""
    got: list[Delivery] = []
    store = TraceStore(folder / "traces.sqlite")

    async def run() -> Any:  # noqa: ANN401  whatever ask returns
        routes = [
            *slack_routes(TOKEN, got.append),
            *pagerduty_routes(KEY, got.append),
            *heartbeat_routes(TOKEN, "Watchdog", lambda: None),
            *trace_routes(store, pytest.fail),
        ]
        async with serving(Starlette(routes=routes), listen(0, "")) as url, loopback_client(timeout_s=30.0) as client:
            return await ask(client, url)

    return asyncio.run(run()), got, store


def post(folder: Path, path: str, **request: Any) -> tuple[httpx.Response, list[Delivery], TraceStore]:  # noqa: ANN401
    """Post to one of the ports; return the answer, what was delivered, and the spans."""
    return with_intake(folder, lambda client, url: client.post(url + path, **request))
