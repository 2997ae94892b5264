"""Serving an ASGI application on a loopback socket inside the supervisor's own event loop.

uvicorn normally takes over the process' signals; here the supervisor stops everything in order, so a served
application neither sees nor changes a signal handler.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from vitals.local.stack.timely import TimelyProtocol


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp,
    listener: socket.socket,
    *,
    certificate: tuple[Path, Path] | None = None,
) -> AsyncIterator[str]:
    """Serve ``app`` on an already listening socket while the context is open, and close the socket at its end.

    Args:
        app: What to serve.
        listener: Where.
        certificate: A certificate and its key, to serve by TLS.

    Yields:
        The base URL, without a slash at the end.
    """
    server = _Server(
        uvicorn.Config(
            app,
            http=TimelyProtocol,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            ws="none",
            ssl_certfile=certificate and str(certificate[0]),
            ssl_keyfile=certificate and str(certificate[1]),
        )
    )
    host, port = listener.getsockname()[:2]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            await task
        yield f"{'https' if certificate else 'http'}://{host}:{port}"
    finally:
        server.should_exit = True
        await asyncio.wait([task])
        listener.close()
