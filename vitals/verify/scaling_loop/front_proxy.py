"""A front proxy that spreads requests over the ready replicas, as a load balancer in front of a Service does.

Each request goes to the replica with the fewest in flight. A replica that is no longer ready gets no new requests and
keeps those that it has. A request that no replica has taken yet may be given to another one; one that was sent is
never sent twice, unless it only reads. While no replica is ready, requests wait, within bounds of time and number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ATTEMPTS = 3
IN_FLIGHT_PER_REPLICA = 256
"""Above it a replica counts as full; more than all users of a drill together would have on one replica."""
WAITING = 1024
"""Requests that may wait for a replica; the next one is refused at once."""
WAIT_S = 30.0
"""How long a request waits for a replica: longer than a pod takes to start."""
_ANSWER_WITHIN_S = 60.0
_PER_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"})
_READS = ("GET", "HEAD")


@dataclass
class Replica:
    """A replica that may be asked.

    Attributes:
        url: Its address.
        in_flight: Requests that it has and has not answered.
    """

    url: str
    in_flight: int = 0


class FrontProxy:
    """The proxy, as an ASGI application.

    Args:
        client: Sends the requests; not closed here.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._replicas: dict[str, Replica] = {}
        self._waiting = 0
        self._changed = asyncio.Event()

    @property
    def ready(self) -> int:
        """Replicas that get requests."""
        return len(self._replicas)

    def route_to(self, urls: Mapping[str, str]) -> None:
        """Say which replicas are ready now.

        Args:
            urls: Address by the replica's name.
        """
        self._replicas = {
            name: self._replicas[name] if name in self._replicas else Replica(url) for name, url in urls.items()
        }
        self._wake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        response = await self._answered(request, await request.body())
        await response(scope, receive, send)

    async def _answered(self, request: Request, body: bytes) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        headers = [(name, value) for name, value in request.headers.raw if name.decode().lower() not in _PER_HOP]
        problem = "no replica is ready"
        tried: set[str] = set()
        for _ in range(ATTEMPTS):
            replica = await self._free(tried)
            if replica is None:
                break
            tried.add(replica.url)
            replica.in_flight += 1
            try:
                answer = await self._client.request(request.method, replica.url + path, headers=headers, content=body)
            except httpx.ConnectError as error:
                problem = f"{replica.url} takes no connection: {error!r}"
            except httpx.HTTPError as error:
                problem = f"{replica.url} did not answer: {error!r}"
                if request.method not in _READS:
                    break
            else:
                return _passed_on(answer)
            finally:
                replica.in_flight -= 1
                self._wake()
        return Response(problem + "\n", status_code=503 if not tried else 502, media_type="text/plain")

    async def _free(self, tried: set[str]) -> Replica | None:
        """The replica with the fewest requests, one that was not tried before where there is one; None in vain."""
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while True:
            free = [one for one in self._replicas.values() if one.in_flight < IN_FLIGHT_PER_REPLICA]
            fresh = [one for one in free if one.url not in tried]
            if fresh or free:
                return min(fresh or free, key=lambda one: one.in_flight)
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or self._waiting >= WAITING:
                return None
            self._waiting += 1
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return None
            finally:
                self._waiting -= 1

    def _wake(self) -> None:
        """Let those that wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()


def proxy_client() -> httpx.AsyncClient:
    """A client for the proxy: any number of connections, and patience for a replica with a long line."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(timeout=_ANSWER_WITHIN_S, limits=limits, trust_env=False)


def _passed_on(answer: httpx.Response) -> Response:
    passed = Response(answer.content, status_code=answer.status_code)
    passed.raw_headers = [
        *(pair for pair in answer.headers.raw if pair[0].decode().lower() not in (*_PER_HOP, "content-encoding")),
        (b"content-length", str(len(answer.content)).encode()),
    ]
    return passed
