"""The label ``endpoint`` is the template of the route, whatever frameworks, routers and mounts lie on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from vitals_telemetry import ApiTelemetry, TelemetryMiddleware
from vitals_telemetry.asgi import ASGIApp, Message, Receive, Scope, Send

Call = Callable[..., Coroutine[Any, Any, list[Message]]]


async def answer(_request: Request) -> PlainTextResponse:
    """Answer 200."""
    return PlainTextResponse("ok")


async def opaque(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 200 as an application without routes."""
    await PlainTextResponse("ok")(scope, receive, send)


async def chat(_socket: WebSocket) -> None:
    """Stand for a websocket; no test connects."""


def fastapi_service() -> FastAPI:
    """Return an application with routers in routers, mounts with parameters and an application without routes."""

    async def handler() -> dict[str, str]:
        return {}

    inner = APIRouter(prefix="/inner")
    inner.add_api_route("/{y:int}", handler)
    outer = APIRouter(prefix="/outer")
    outer.add_api_route("/x/{x}", handler)
    outer.include_router(inner)
    outer.mount("/files/{kind}", Starlette(routes=[Route("/{name}", answer)]))
    mounted = FastAPI()
    mounted.add_api_route("/things/{z}", handler)
    mounted.include_router(outer, prefix="/v2")

    app = FastAPI()
    app.add_api_route("/top/{rest:path}", handler)
    app.add_api_route("/slash/", handler)
    app.include_router(outer, prefix="/v1")
    app.mount("/tenants/{tenant}", mounted)
    app.mount("/opaque", opaque)
    return app


def starlette_service() -> Starlette:
    """Return an application with nested mounts and a websocket."""
    return Starlette(
        routes=[
            Route("/users/{id:int}", answer, methods=["GET", "POST"]),
            WebSocketRoute("/area/{a}/chat", chat),
            Mount("/area/{a}", routes=[Mount("/deep-{b}", routes=[Route("/{c}", answer)])]),
            Mount("/opaque/{kind}", opaque),
        ]
    )


def hosted_service() -> Starlette:
    """Return an application behind a host name."""
    return Starlette(routes=[Host("localhost", Starlette(routes=[Mount("/here", routes=[Route("/{h}", answer)])]))])


CASES = [
    (fastapi_service, "GET", "/top/a/b", 200, "/top/{rest}"),
    (fastapi_service, "GET", "/v1/outer/x/7", 200, "/v1/outer/x/{x}"),
    (fastapi_service, "GET", "/v1/outer/inner/3", 200, "/v1/outer/inner/{y}"),
    (fastapi_service, "GET", "/v1/files/pdf/secret", 200, "/v1/files/{kind}/{name}"),
    (fastapi_service, "GET", "/tenants/acme/things/4", 200, "/tenants/{tenant}/things/{z}"),
    (fastapi_service, "GET", "/tenants/acme/v2/outer/inner/3", 200, "/tenants/{tenant}/v2/outer/inner/{y}"),
    (fastapi_service, "GET", "/tenants/acme/secret", 404, "unmatched"),
    (fastapi_service, "GET", "/opaque/secret/path", 200, "/opaque/{path}"),
    (fastapi_service, "GET", "/openapi.json", 200, "/openapi.json"),
    (fastapi_service, "GET", "/slash", 307, "unmatched"),
    (fastapi_service, "GET", "/secret", 404, "unmatched"),
    (fastapi_service, "DELETE", "/v1/outer/x/7", 405, "/v1/outer/x/{x}"),
    (starlette_service, "GET", "/users/7", 200, "/users/{id}"),
    (starlette_service, "DELETE", "/users/7", 405, "/users/{id}"),
    (starlette_service, "GET", "/users/secret", 404, "unmatched"),
    (starlette_service, "GET", "/area/51/deep-down/secret", 200, "/area/{a}/deep-{b}/{c}"),
    (starlette_service, "GET", "/area/51/chat", 404, "unmatched"),
    (starlette_service, "GET", "/opaque/pdf/secret", 200, "/opaque/{kind}/{path}"),
    (hosted_service, "GET", "/here/secret", 200, "/here/{h}"),
]


def outside(app: Starlette, telemetry: ApiTelemetry) -> ASGIApp:
    """Wrap the whole application."""
    return TelemetryMiddleware(app, telemetry=telemetry)


def inside(app: Starlette, telemetry: ApiTelemetry) -> ASGIApp:
    """Add the middleware to the application's own."""
    app.add_middleware(TelemetryMiddleware, telemetry=telemetry)
    return app


@pytest.mark.parametrize("mount", [outside, inside])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].__name__} {case[1]} {case[2]}")
def test_the_endpoint_is_the_template(
    case: tuple[Callable[[], Starlette], str, str, int, str],
    mount: Callable[[Starlette, ApiTelemetry], ASGIApp],
    telemetry: ApiTelemetry,
    registry: CollectorRegistry,
    request_app: Call,
) -> None:
    """A request is counted under the template of its route, and no part of the real path is in the scrape."""
    service, method, path, status, endpoint = case
    asyncio.run(request_app(mount(service(), telemetry), path, method))
    labels = {"endpoint": endpoint, "method": method, "status": str(status)}
    assert registry.get_sample_value("api_calls_total", labels) == 1
    text = generate_latest(registry).decode()
    for raw in ("secret", "acme", "51", "pdf"):
        assert raw not in text


def test_a_root_path_is_not_part_of_the_template(
    telemetry: ApiTelemetry, registry: CollectorRegistry, request_app: Call
) -> None:
    """Behind a proxy that adds a prefix, a mounted route has the template that it has without the proxy."""
    app = starlette_service()

    async def behind_proxy(scope: Scope, receive: Receive, send: Send) -> None:
        scope["root_path"] = "/proxy"
        await app(scope, receive, send)

    asyncio.run(request_app(outside(behind_proxy, telemetry), "/proxy/area/51/deep-down/x"))  # type: ignore[arg-type]
    labels = {"endpoint": "/area/{a}/deep-{b}/{c}", "method": "GET", "status": "200"}
    assert registry.get_sample_value("api_calls_total", labels) == 1
