"""An application on a free port of loopback, served from a thread for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from vitals.local.processes.ports import LOOPBACK, listen


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve it until the end of the block; gives its base URL."""
    with listen(0, "") as socket:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{socket.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
