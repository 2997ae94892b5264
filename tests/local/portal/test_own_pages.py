"""Only a page of this run may change something: what other sites, forms and rebound host names send is refused."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from vitals.local.portal.own_pages import LARGEST_BYTES, OwnPages, new_token

TOKEN = "0123456789"
OURS = {"x-vitals-token": TOKEN, "content-type": "application/json"}
BROWSER = {**OURS, "origin": "http://127.0.0.1:9800", "sec-fetch-site": "same-origin"}


def _status(method: str, path: str, headers: dict[str, str], content: bytes = b"") -> tuple[int, list[str]]:
    """The status of the answer, and what reached the application behind."""
    reached: list[str] = []

    async def change(request: Request) -> PlainTextResponse:
        reached.append(request.method)
        return PlainTextResponse("done")

    routes = [Route(path, change, methods=["GET", "POST", "PUT", "DELETE"])]
    app = Starlette(routes=routes, middleware=[Middleware(OwnPages, token=TOKEN)])

    async def ask() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9800") as client:
            sent = [(name.encode(), value.encode()) for name, value in headers.items()]
            return (await client.request(method, path, headers=sent, content=content)).status_code

    return asyncio.run(ask()), reached


@pytest.mark.parametrize("headers", [OURS, BROWSER], ids=["script", "browser"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_of_this_run_may(method: str, headers: dict[str, str]) -> None:
    """With the token, from the same origin; a script with the token needs no browser's headers."""
    assert _status(method, "/api/silences", headers) == (200, [method])


@pytest.mark.parametrize(
    "changes",
    [
        {"x-vitals-token": ""},
        {"x-vitals-token": TOKEN[:-1] + "x"},
        {"x-vitals-token": TOKEN + "0"},
        {"x-vitals-token": "ä"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9801"},
        {"origin": "http://localhost:9800"},
        {"origin": "https://127.0.0.1:9800"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_anything_else_is_refused_before_it_is_done(method: str, changes: dict[str, str]) -> None:
    """Each condition holds alone, with all others met; another server on this machine is another site, too."""
    assert _status(method, "/api/silences", BROWSER | changes) == (403, [])


def test_a_change_is_bounded() -> None:
    """Nothing here needs more."""
    assert _status("POST", "/api/silences", BROWSER, b"x" * (LARGEST_BYTES + 1)) == (403, [])


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403)])
def test_another_site_may_not_even_ask_the_api(site: str, status: int) -> None:
    """A picture whose address is a heavy query would load the server; pages may be linked from anywhere."""
    assert _status("GET", "/api/query", {"sec-fetch-site": site})[0] == status
    assert _status("GET", "/runbooks/ApiOutage", {"sec-fetch-site": site})[0] == 200


def test_each_run_has_its_own_token() -> None:
    """A page of an earlier run may not change this one."""
    assert new_token() != new_token()
    assert len(new_token()) >= 32
