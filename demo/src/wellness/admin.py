"""The admin server: the only way to switch faults, on a loopback port of its own.

``GET /faults`` lists, ``PUT /faults/{name}`` switches on with JSON parameters, ``DELETE /faults/{name}`` switches off;
each answers with the whole state. Requests for another host name are refused, so a web page that a browser on the same
machine shows cannot reach it by a name of its own.
"""

from __future__ import annotations

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from .faults import Switchboard, UnknownFaultError

LARGEST_BYTES = 64 * 1024
"""Of a fault's parameters, which are a few numbers; no more of a body is ever held."""


def admin_app(switchboard: Switchboard) -> Starlette:
    """Build the admin application for this process's switchboard."""

    async def list_faults(_: Request) -> JSONResponse:
        return JSONResponse(switchboard.state())

    async def switch_on(request: Request) -> JSONResponse:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BYTES:
                return _refused(f"Parameters have at most {LARGEST_BYTES} bytes, so nothing was switched.")
        switchboard.switch_on(request.path_params["name"], bytes(body))
        return JSONResponse(switchboard.state())

    async def switch_off(request: Request) -> JSONResponse:
        switchboard.switch_off(request.path_params["name"])
        return JSONResponse(switchboard.state())

    return Starlette(
        routes=[
            Route("/faults", list_faults, methods=["GET"]),
            Route("/faults/{name}", switch_on, methods=["PUT"]),
            Route("/faults/{name}", switch_off, methods=["DELETE"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={UnknownFaultError: _unknown_fault, ValidationError: _wrong_parameters},
    )


def _refused(text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status_code=413, headers={"Connection": "close"})


async def _unknown_fault(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=404)


async def _wrong_parameters(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ValidationError)  # noqa: S101 - registered for this type only
    problems = "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'the body'}: {problem['msg']}" for problem in error.errors()
    )
    name = request.path_params["name"]
    text = f"The parameters of the fault {name!r} do not fit, so nothing was switched: {problems}."
    return JSONResponse({"error": text}, status_code=422)
