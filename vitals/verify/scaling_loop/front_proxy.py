"""A front proxy that spreads requests over the ready replicas, as a load balancer in front of a Service does.

Each request goes to the replica with the fewest in flight. A replica that is no longer ready gets no new requests and
keeps those that it has. A request that no replica has taken yet may be given to another one; one that was sent is
never sent twice, unless it only reads. While no replica is ready, requests wait, within bounds of time and number.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

ATTEMPTS = 3
IN_FLIGHT_PER_REPLICA = 256
"""Above it a replica counts as full; more than all users of a drill together would have on one replica."""
WAITING = 1024
"""Requests that may wait for a replica; the next one is refused at once."""
WAIT_S = 30.0
"""How long a request waits for a replica: longer than a pod takes to start."""
_ANSWER_WITHIN_S = 60.0
_PER_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server")
_READS = ("GET", "HEAD")


@dataclass
class ProxiedReplica:
    """A replica that may be asked.

    Attributes:
        url: Its address.
        in_flight: Requests that it has and has not answered.
    """

    url: str
    in_flight: int = 0


class FrontProxy:
    """The proxy; ``serve_proxy`` serves it.

    Args:
        client: Sends the requests; not closed here.
    """

    def __init__(self, client: ClientSession) -> None:
        self._client = client
        self._replicas: dict[str, ProxiedReplica] = {}
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
            name: self._replicas[name] if name in self._replicas else ProxiedReplica(url) for name, url in urls.items()
        }
        self._wake()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Pass one request on, and what is answered back."""
        body, headers = await request.read(), _without_hop(request.headers)
        problem, tried = "no replica is ready", set[str]()
        for _ in range(ATTEMPTS):
            replica = await self._free(tried)
            if replica is None:
                break
            tried.add(replica.url)
            replica.in_flight += 1
            try:
                async with self._client.request(
                    request.method, replica.url + request.raw_path, headers=headers, data=body, allow_redirects=False
                ) as found:
                    return web.Response(
                        body=await found.read(), status=found.status, headers=_without_hop(found.headers)
                    )
            except ClientConnectorError as error:
                problem = f"{replica.url} takes no connection: {error!r}"
            except (ClientError, TimeoutError) as error:
                problem = f"{replica.url} did not answer: {error!r}"
                if request.method not in _READS:
                    break
            finally:
                replica.in_flight -= 1
                self._wake()
        return web.Response(text=problem, status=502 if tried else 503)

    async def _free(self, tried: set[str]) -> ProxiedReplica | None:
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


def proxy_client() -> ClientSession:
    """A client for the proxy: any number of connections, no memory, and patience for a replica with a long line."""
    return ClientSession(
        connector=TCPConnector(limit=0),
        timeout=ClientTimeout(total=_ANSWER_WITHIN_S),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
    )


@contextlib.asynccontextmanager
async def serve_proxy(proxy: FrontProxy, listener: socket.socket) -> AsyncIterator[str]:
    """Serve the proxy on a listening socket while the context is open.

    Yields:
        Its base URL, without a slash at the end.
    """
    runner = web.ServerRunner(web.Server(proxy.answer, access_log=None), handle_signals=False)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        host, port = listener.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
        listener.close()


def _without_hop(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that are for the other end, and not for the connection; a name may come several times."""
    return [(name, value) for name, value in headers.items() if name.lower() not in _PER_HOP]
