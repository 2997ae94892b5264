"""The proxy spreads requests over ready replicas, and none is lost when one leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from vitals.local.processes.ports import LOOPBACK, free_ports, listen
from vitals.local.stack.serve import serving
from vitals.verify.scaling_loop.front_proxy import FrontProxy, proxy_client, serve_proxy

pytestmark = pytest.mark.anyio


class AnsweringReplica:
    """A replica that answers when it is let."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the request, wait, say who answered."""
        request = Request(scope, receive)
        body = (await request.body()).decode()
        self.seen.append(f"{request.method} {request.url.path}?{request.url.query} {body}")
        await self.open.wait()
        await PlainTextResponse(self.name, headers={"set-cookie": "a=b"})(scope, receive, send)


@asynccontextmanager
async def behind(*replicas: AnsweringReplica) -> AsyncIterator[tuple[FrontProxy, dict[str, str], httpx.AsyncClient]]:
    """Serve replicas on loopback behind a proxy; gives the proxy, the replicas' addresses, and a user."""
    async with AsyncExitStack() as served:
        urls = {
            one.name: await served.enter_async_context(serving(one, listen(0, "a test's port"))) for one in replicas
        }
        proxy = FrontProxy(await served.enter_async_context(proxy_client()))
        proxy.route_to(urls)
        url = await served.enter_async_context(serve_proxy(proxy, listen(0, "a test's port")))
        user = await served.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        yield proxy, urls, user


async def test_a_request_passes_whole_in_both_directions() -> None:
    """Method, path, query and body reach the replica; status, body and cookies come back."""
    replica = AnsweringReplica("a")
    async with behind(replica) as (_, _, user):
        answer = await user.post("/api/reports?days=7", content=b"wanted")

    assert replica.seen == ["POST /api/reports?days=7 wanted"]
    assert (answer.status_code, answer.text, answer.headers["set-cookie"]) == (200, "a", "a=b")


async def test_the_replica_with_the_fewest_requests_gets_the_next_one() -> None:
    """While one replica is busy with two, all others go to the idle one."""
    busy, idle = AnsweringReplica("busy"), AnsweringReplica("idle")
    busy.open.clear()
    async with behind(busy, idle) as (proxy, urls, user):
        proxy.route_to({"busy": urls["busy"]})
        stuck = [asyncio.create_task(user.get("/")) for _ in range(2)]
        while len(busy.seen) < 2:
            await asyncio.sleep(0.01)
        proxy.route_to(urls)
        others = [(await user.get("/")).text for _ in range(5)]
        busy.open.set()
        answers = [(await one).text for one in stuck]

    assert others == ["idle"] * 5
    assert answers == ["busy", "busy"]


async def test_a_replica_that_leaves_finishes_what_it_has_and_gets_nothing_new() -> None:
    """Scaling down: the request in flight is answered by the leaving replica, the next one by the other."""
    leaving, staying = AnsweringReplica("leaving"), AnsweringReplica("staying")
    leaving.open.clear()
    async with behind(leaving, staying) as (proxy, urls, user):
        proxy.route_to({"leaving": urls["leaving"]})
        in_flight = asyncio.create_task(user.post("/", content=b"x"))
        while not leaving.seen:
            await asyncio.sleep(0.01)
        proxy.route_to({"staying": urls["staying"]})
        after = await user.get("/")
        leaving.open.set()

        assert after.text == "staying"
        assert (await in_flight).text == "leaving"


async def test_a_replica_that_takes_no_connection_costs_no_request() -> None:
    """A process that is gone while it still counts as ready: the request was never sent, so another one may get it."""
    (gone,) = free_ports(["gone"]).values()
    async with behind(AnsweringReplica("there")) as (proxy, urls, user):
        proxy.route_to({"gone": f"http://{LOOPBACK}:{gone}", **urls})
        answers = [(await user.post("/", content=b"x")).text for _ in range(4)]

    assert answers == ["there"] * 4


async def test_a_request_waits_for_the_first_replica() -> None:
    """No replica is ready yet; the one that comes gets what waited."""
    async with behind(AnsweringReplica("first")) as (proxy, urls, user):
        proxy.route_to({})
        waiting = asyncio.create_task(user.get("/"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        proxy.route_to(urls)

        assert (await waiting).text == "first"
