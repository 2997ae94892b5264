"""Asking a part over HTTP whether it works; the only question is yes or no."""

import ssl

import httpx

from vitals.http_client import BoundedClient


def loopback_client(timeout_s: float = 2.0) -> BoundedClient:
    """Make a client for our own loopback addresses; a proxy set in the environment is never asked.

    Nothing there speaks TLS, so it trusts no authority: to load those of the system takes a tenth of a second.
    """
    return BoundedClient(within_s=timeout_s, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    """Whether ``url`` answers with a 2xx status before the client's timeout."""
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
