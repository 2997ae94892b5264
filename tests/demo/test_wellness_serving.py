"""Sockets and servers: who gets a port, who shares it, and what is said to those who do not get it."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from wellness.serving import PortError, bind, port_of, serving

pytestmark = pytest.mark.anyio


def app(text: str) -> Starlette:
    """An application that answers with a text."""

    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse(text)

    return Starlette(routes=[Route("/", answer)])


async def test_a_port_is_served_and_given_back() -> None:
    """The application answers while the context is open, and the port is free afterwards."""
    bound = bind(0, option="--port")
    port = port_of(bound)
    async with serving(app("hello"), bound), httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).text == "hello"

    bind(port, option="--port").close()


async def test_a_taken_port_is_refused_with_its_option() -> None:
    """Neither a plain nor a sharing process gets a port on which a plain one listens."""
    async with serving(app("hello"), first := bind(0, option="--port")):
        for reuse_port in (False, True):
            with pytest.raises(PortError, match=rf"Port {port_of(first)} \(--admin-port\) cannot be used"):
                bind(port_of(first), option="--admin-port", reuse_port=reuse_port)


async def test_sharing_needs_both_sides() -> None:
    """Two that say so share a port; one that does not is refused."""
    first = bind(0, option="--port", reuse_port=True)
    async with serving(app("first"), first):
        bind(port_of(first), option="--port", reuse_port=True).close()
        with pytest.raises(PortError):
            bind(port_of(first), option="--port")


async def test_the_slower_of_two_starts_is_reported() -> None:
    """Two plain processes may bind before either listens; the second one to listen gets an error, not silence."""
    first = bind(0, option="--port")
    second = bind(port_of(first), option="--port")
    async with serving(app("first"), first):
        with pytest.raises(
            PortError, match=f"No process can listen on port {port_of(first)}: .*Address already in use"
        ):
            async with serving(app("second"), second):
                pass
