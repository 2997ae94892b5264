"""A small HTTP server of a test, on a free port of loopback, and one that several tests meet."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer requests as long as the context lasts.

    Yields:
        Its address.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def send_slowly(handler: BaseHTTPRequestHandler, piece: bytes) -> None:
    """Send a piece of an answer again and again, until the client is gone."""
    with suppress(OSError):
        while True:
            handler.wfile.write(piece)
            time.sleep(0.02)


class Trickling(BaseHTTPRequestHandler):
    """Sends a byte now and then, and never ends."""

    def do_GET(self) -> None:
        """Answer for ever."""
        self.send_response(200)
        self.end_headers()
        send_slowly(self, b" ")

    def do_POST(self) -> None:
        """Answer a form in the same way."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
