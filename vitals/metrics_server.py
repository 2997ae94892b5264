"""Metrics and probes of a service that Prometheus watches, served from the first moment on.

Nothing here loads what the service works with: on a machine that is busy with a start of everything at once that takes
most of a minute, and a service that does not answer meanwhile would be started again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from vitals.errors import VitalsError

SAYS_NOTHING_S = 10.0
"""After which a client that says nothing loses its connection, and its thread ends."""


class ServiceRegistry(CollectorRegistry):
    """A registry that knows of the process what every Python client exposes: CPU, memory, files, version.

    The times at which counters were created are left out: no rule reads them, and each would be one more series.
    """

    def __init__(self) -> None:
        super().__init__()
        ProcessCollector(registry=self)
        PlatformCollector(registry=self)

    def collect(self) -> Iterator[Metric]:
        """Give each family."""
        for family in super().collect():
            family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
            yield family


class MetricsHandler(BaseHTTPRequestHandler):
    """Answers ``/metrics``, ``/-/ready`` and ``/-/healthy``; a service subclasses it where it is created.

    Attributes:
        registry: What is scraped.
    """

    registry: CollectorRegistry
    timeout = SAYS_NOTHING_S

    @property
    def hangs(self) -> bool:
        """Whether the service must be started again; one that only waits for another one must not."""
        return False

    def do_GET(self) -> None:
        """Answer Prometheus or a probe."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, kind = choose_encoder(self.headers.get("Accept", ""))
            self.answer(200, encode(self.registry), kind)
        elif path in ("/-/ready", "/-/healthy"):
            hangs = path == "/-/healthy" and self.hangs
            self.answer(503 if hangs else 200, b"hangs\n" if hangs else b"ok\n")
        else:
            self.answer(404, b"/metrics, /-/ready and /-/healthy are here.\n")

    def answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        """Send a whole answer.

        Args:
            status: Of HTTP.
            body: What it says.
            kind: Its media type.
        """
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Stay silent: a scrape every few seconds would fill the log."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Leave a reader that is gone before it has its answer out of the log; the service did nothing wrong."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(handler: type[MetricsHandler], host: str, port: int) -> Iterator[str]:
    """Serve while the context is open.

    Args:
        handler: What answers.
        host: Address to listen on.
        port: Port; 0 for a free one.

    Yields:
        The base URL.

    Raises:
        VitalsError: The address cannot be listened on.
    """
    try:
        server = _Server((host, port), handler)
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
