"""The metrics and the probes, served from the first moment on.

Nothing here loads numpy: on a machine that is busy with a start of everything at once that takes most of a minute, and
a service that does not answer meanwhile would be started again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from vitals.errors import VitalsError
from vitals.foresight.service.exposition import Exposition

HANGS_AFTER_S = 900.0
"""A cycle that asks for four weeks of everything takes minutes; one of a quarter of an hour has hung."""


class Alive:
    """When the loop last came round, for the liveness probe."""

    def __init__(self) -> None:
        self.at = time.monotonic()

    @property
    def hangs(self) -> bool:
        """Whether the loop has not come round for too long; a Prometheus that fails does not make it so."""
        return time.monotonic() - self.at > HANGS_AFTER_S


@contextmanager
def serving(exposition: Exposition, alive: Alive, host: str, port: int) -> Iterator[str]:
    """Serve the metrics while the context is open.

    Yields:
        The base URL.

    Raises:
        VitalsError: The address cannot be listened on.
    """
    registry = CollectorRegistry()
    registry.register(exposition)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # a client that says nothing must not keep its thread

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, kind = choose_encoder(self.headers.get("Accept", ""))
                self._answer(200, encode(registry), kind)
            elif path in ("/-/ready", "/-/healthy"):
                hangs = path == "/-/healthy" and alive.hangs
                self._answer(503 if hangs else 200, b"hangs\n" if hangs else b"ok\n", "text/plain")
            else:
                self._answer(404, b"/metrics, /-/ready and /-/healthy are here.\n", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
            """Stay silent: a scrape every few seconds would fill the log."""

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except OSError as error:
        raise VitalsError(
            f"Nothing can listen on {host}:{port} ({error.strerror}). Nothing was started. Give another --port."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
