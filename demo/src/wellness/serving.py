"""Listening sockets and servers inside one event loop, and what makes them stop.

Sockets are bound before anything else is started, so a busy port costs nothing. With ``SO_REUSEPORT`` several replicas
share one port and the kernel spreads new connections over them; a replica that is gone simply gets none.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
DRAIN_S = 5
"""Seconds that requests in flight get to finish when the process is asked to stop."""
IDLE_CONNECTION_S = 65
"""Seconds that an idle connection stays open: longer than clients pause, or they would send into a closing one."""


class PortError(Exception):
    """A port cannot be used; the message is complete and ready to print."""


def bind(port: int, *, option: str, reuse_port: bool = False, listen: str = LOOPBACK) -> socket.socket:
    """Take a port without listening yet.

    Args:
        port: The port; 0 takes a free one.
        option: The command-line option that gave it, for the error.
        reuse_port: Share it with other processes that say so too.
        listen: The address; loopback unless clients come from elsewhere.

    Raises:
        PortError: Another process has it.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse_port:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        taken.bind((listen, port))
    except OSError as error:
        taken.close()
        raise PortError(
            f"Port {port} ({option}) cannot be used: {error.strerror}. Nothing was started. "
            "Stop the program that listens there, or give another port."
        ) from error
    return taken


def port_of(bound: socket.socket) -> int:
    """The port that a bound socket has."""
    number: int = bound.getsockname()[1]
    return number


class _Server(uvicorn.Server):
    """A server that leaves signals to the program, because two of them share it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a bound socket, and drain its requests at the end.

    Args:
        app: The application.
        bound: From `bind`; closed at the end.

    Raises:
        PortError: Another process began to listen on the port since it was bound.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        log_level="warning",
        timeout_keep_alive=IDLE_CONNECTION_S,
        timeout_graceful_shutdown=DRAIN_S,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            if running.done():
                raise PortError(
                    f"No process can listen on port {port_of(bound)}: {running.exception()}. Give another port."
                )
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await asyncio.wait({running})
        bound.close()


def stop_requested() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def announce_ready(service: str, **ports: int) -> None:
    """Report to the parent process that it serves: one JSON line on standard output."""
    sys.stdout.write(json.dumps({"event": "ready", "service": service, **ports}) + "\n")
    sys.stdout.flush()
