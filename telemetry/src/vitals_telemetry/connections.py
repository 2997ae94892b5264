"""A small HTTP server that few, slow or hostile clients cannot turn against the process that it is part of.

A client of the metrics port shares the file descriptors and threads of the service. So a connection has little time
to ask and to take its answer, only some are held at once, and a new one takes the place of the one that has kept silent
longest: a scrape asks at once, so it is served while a thousand others dawdle. Without a descriptor for the next
connection the server pauses instead of trying again as fast as it can.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

MOST_CONNECTIONS = 16
"""Connections, and so threads, at once. Two Prometheus replicas, an agent and some people need a handful; the smallest
usual limit of a process is 256 descriptors."""

ASKING_TIME = 5.0
"""Seconds that a client has to send its request, which is one packet."""

ANSWERING_TIME = 30.0
"""Seconds that an answer may take from the request to its last byte; Prometheus gives up after 10 by default."""

_PAUSE = 0.5
"""Seconds without accepting after the process has run out of descriptors, threads or memory for sockets."""

_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


@dataclass(slots=True)
class _Connection:
    since: float
    asked: bool = False


class _Handler(WSGIRequestHandler):
    server: FewConnections

    def parse_request(self) -> bool:
        """Read the rest of the request; from then on the answer is what takes time."""
        complete = super().parse_request()
        self.server.has_asked(self.connection)
        return complete

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: a line per scrape would bury the service's own log."""


class FewConnections(ThreadingMixIn, WSGIServer):
    """Serves a WSGI application to few connections at once, each by a thread that does not keep the process alive.

    Args:
        address: Where to bind.

    Raises:
        OSError: It cannot be bound.
    """

    daemon_threads = True
    allow_reuse_port = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int]) -> None:
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, _Connection] = {}
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the name service for this machine's name, which may take long and is not needed."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; with no descriptor left for it, wait a little."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in _EXHAUSTED:
                time.sleep(_PAUSE)
            raise

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's own
        """Answer in a thread, unless so many are answered already; the one that is silent longest makes room."""
        with self._lock:
            if len(self._connections) >= MOST_CONNECTIONS:
                silent = [connection for connection, state in self._connections.items() if not state.asked]
                if not silent:
                    raise ConnectionRefusedError("every connection is waiting for its answer")
                _hang_up(silent[0])
                # Its thread ends at once; until then there is one more than the bound.
                del self._connections[silent[0]]
            self._connections[request] = _Connection(time.monotonic())
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self._forget(request)
            time.sleep(_PAUSE)
            raise

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        """Close a connection, which frees its place."""
        self._forget(request)
        super().shutdown_request(request)

    def has_asked(self, request: socket.socket) -> None:
        """Give the answer its own time."""
        with self._lock:
            state = self._connections.get(request)
            if state is not None:
                state.since, state.asked = time.monotonic(), True

    def service_actions(self) -> None:
        """Hang up on those that have taken too long; called by the server's loop about twice a second."""
        now = time.monotonic()
        with self._lock:
            for request, state in self._connections.items():
                if now - state.since > (ANSWERING_TIME if state.asked else ASKING_TIME):
                    _hang_up(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing of clients that go away or were hung up on."""

    def server_close(self) -> None:
        """Close the port and hang up on all clients."""
        super().server_close()
        with self._lock:
            for request in self._connections:
                _hang_up(request)

    def _forget(self, request: socket.socket) -> None:
        with self._lock:
            self._connections.pop(request, None)


def _hang_up(request: socket.socket) -> None:
    """End a connection, so that the thread that waits for it goes on."""
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)
