"""The stand-in for the services of channels, served alone on a free port of loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.ports import LOOPBACK, listen
from vitals.local.stack.receivers.channels import channel_routes, channels_path

TOKEN = "0123456789abcdef"


@contextmanager
def standing_in() -> Iterator[tuple[str, list[Delivery]]]:
    """The base of every address, and what has arrived, until the end of the block."""
    taken: list[Delivery] = []
    app = Starlette(routes=channel_routes(TOKEN, taken.append))
    with listen(0, "") as socket:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{socket.getsockname()[1]}{channels_path(TOKEN)}", taken
        finally:
            server.should_exit = True
            thread.join()
