"""The application that every Python emitter serves: one route that works, one that is refused, one that raises."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def _order(request: Request) -> Response:
    return PlainTextResponse(str(request.path_params["id"]))


async def _refused(_: Request) -> Response:
    return PlainTextResponse("no", status_code=503)


async def _broken(_: Request) -> Response:
    raise RuntimeError("on purpose")


def application() -> Starlette:
    """An application without any instrumentation."""
    return Starlette(routes=[Route("/orders/{id}", _order), Route("/refused", _refused), Route("/broken", _broken)])
