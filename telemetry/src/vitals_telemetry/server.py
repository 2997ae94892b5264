"""The port that Prometheus scrapes: one process, one registry, one port.

prometheus_client's multiprocess mode, in which several processes share a port, has no exemplars and no collectors like
ours, so it is refused; a service scales by replicas, each with its own port. The text is prometheus_client's, as
OpenMetrics with exemplars where the scraper asks for that.
"""

from __future__ import annotations

import os
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app

from vitals_telemetry.errors import TelemetryError

_MULTIPROCESS_VARIABLES = ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_port = False


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: a line per scrape would bury the service's own log."""


class MetricsServer:
    """A running metrics port, served by a thread of its own that does not keep the process alive.

    Args:
        server: A server that is bound and listens.
    """

    def __init__(self, server: WSGIServer) -> None:
        self.port: int = server.server_port
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, name=f"metrics-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port; returns when both are done."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve_metrics(port: int, addr: str = "127.0.0.1", registry: CollectorRegistry = REGISTRY) -> MetricsServer:
    """Serve the metrics of ``registry`` over HTTP, at every path.

    Args:
        port: TCP port; 0 takes a free one, which the answer's ``port`` tells.
        addr: Address to bind; loopback unless the scraper comes from elsewhere.
        registry: What to expose; the default one has the process, platform and garbage collector metrics too.

    Raises:
        TelemetryError: The multiprocess mode of prometheus_client is on, or the port cannot be bound.
    """
    for variable in _MULTIPROCESS_VARIABLES:
        if variable in os.environ:
            raise TelemetryError(
                f"{variable} is set, which puts prometheus_client into multiprocess mode; that mode drops exemplars "
                "and custom collectors, so active users, maxima and traces would be missing without a word. Unset "
                "the variable, run one process per metrics port and scale by replicas."
            )
    try:
        server = make_server(addr, port, make_wsgi_app(registry), _Server, _SilentHandler)
    except (OSError, OverflowError) as error:
        raise TelemetryError(
            f"The metrics port {addr}:{port} cannot be bound ({error}), so this process would run unwatched. Stop "
            "what uses the port, choose another one, or 0 for a free one; replicas never share a metrics port."
        ) from error
    return MetricsServer(server)
