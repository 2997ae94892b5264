"""Vega for the browser, taken from the vl-convert package, so that nothing is fetched from elsewhere."""

import asyncio
import functools
from importlib.metadata import version

import vl_convert
from starlette.requests import Request
from starlette.responses import Response

_GLOBALS = "window.vegaEmbed = vegaEmbed;"

VEGA_PATH = f"/static/vega-{version('vl-convert-python')}.js"
"""Where the bundle is served; the path changes with the package, so browsers may keep it."""


@functools.cache
def vega_bundle() -> bytes:
    """Return Vega, Vega-Lite and Vega-Embed as one script; takes seconds the first time, then nothing."""
    return str(vl_convert.javascript_bundle(_GLOBALS)).encode()


async def serve_vega(request: Request) -> Response:
    """Serve the bundle; made on the first request, in a thread."""
    del request
    body = await asyncio.to_thread(vega_bundle)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(body, media_type="text/javascript", headers=headers)
