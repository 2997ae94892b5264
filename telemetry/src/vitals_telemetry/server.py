"""The port that Prometheus scrapes: one process, one registry, one port.

prometheus_client's multiprocess mode, in which several processes share a port, has no exemplars and no collectors like
ours, so it is refused; a service scales by replicas, each with its own port. The text is prometheus_client's, as
OpenMetrics with exemplars where the scraper asks for that. How connections are kept few is in
``vitals_telemetry.connections``.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from weakref import WeakSet
from wsgiref.simple_server import WSGIServer

from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app

from vitals_telemetry.connections import FewConnections
from vitals_telemetry.errors import TelemetryError

_MULTIPROCESS_VARIABLES = ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")
_HIGHEST_PORT = 65535
_UNSPECIFIED = "::"
_OF_IPV4 = "::ffff:"
"""How an address of IPv4 begins that is written as one of IPv6."""

_ADVICE = {
    errno.EADDRINUSE: (
        "Stop what uses the port, choose another one, or 0 for a free one; replicas never share a metrics port."
    ),
    errno.EADDRNOTAVAIL: "Give an address that this machine has, such as 127.0.0.1 or ::1, or 0.0.0.0 or :: for all.",
    errno.EACCES: "Choose a port from 1024 on, since the lower ones are reserved for the administrator.",
    errno.EAFNOSUPPORT: "This machine has no addresses of that kind; give 127.0.0.1, or 0.0.0.0 for all of IPv4.",
    errno.EMFILE: "The process has as many files open as it may; raise its limit (ulimit -n).",
}
_OTHER_ADVICE = "Give an address of this machine, such as 127.0.0.1 or ::1, and a free port, or 0 for any."


class MetricsServer:
    """A running metrics port, served by a thread of its own that does not keep the process alive.

    Args:
        server: A server that is bound and listens.
    """

    def __init__(self, server: WSGIServer) -> None:
        self.port: int = server.server_port
        self._server = server
        _serving.add(self)
        self._thread = threading.Thread(target=server.serve_forever, name=f"metrics-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port; returns when both are done."""
        if self._thread.is_alive():  # it is not in a process that was forked from the one that serves
            self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def leave_to_parent(self) -> None:
        """Let go of the port in a process that was forked: nothing answers there, and it would outlast the parent."""
        self._server.socket.close()


_serving: WeakSet[MetricsServer] = WeakSet()


def _leave_to_parent() -> None:
    for metrics in list(_serving):
        metrics.leave_to_parent()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_leave_to_parent)


def serve_metrics(port: int, addr: str = "127.0.0.1", registry: CollectorRegistry = REGISTRY) -> MetricsServer:
    """Serve the metrics of ``registry`` over HTTP, at every path.

    Args:
        port: TCP port; 0 takes a free one, which the answer's ``port`` says.
        addr: Address to bind, IPv4 or IPv6; loopback unless the scraper comes from elsewhere. ``::`` takes both. A name
            that has addresses of both kinds is bound at that of IPv4.
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
    if not isinstance(port, int):
        raise _cannot_be_bound(addr, port, f"{port!r} is not a number", "Give one, such as int(os.environ['PORT']).")
    if not 0 <= port <= _HIGHEST_PORT:
        raise _cannot_be_bound(addr, port, "ports are 0 to 65535", _OTHER_ADVICE)
    try:
        family, address = _resolved(addr, port)
        server = _Server(family, address)
    except (OSError, UnicodeError) as error:
        number = error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
        advice = _ADVICE.get(number or 0, _OTHER_ADVICE)
        raise _cannot_be_bound(addr, port, str(error), advice) from error
    server.set_app(make_wsgi_app(registry))
    return MetricsServer(server)


def _cannot_be_bound(addr: str, port: object, why: str, advice: str) -> TelemetryError:
    where = f"[{addr}]" if ":" in addr and "[" not in addr else addr
    return TelemetryError(
        f"The metrics port {where}:{port} cannot be bound ({why}), so this process would run unwatched. {advice}"
    )


def _resolved(addr: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """Return the family and socket address to bind; an IPv6 one has two parts more, which the socket module takes.

    Raises:
        OSError: The name has no address.
    """
    found = socket.getaddrinfo(addr or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    first = next((one for one in found if one[0] == socket.AF_INET), found[0])
    address: tuple[str, int] = first[4]  # type: ignore[assignment]
    return first[0], address


class _Server(FewConnections):
    def __init__(self, family: socket.AddressFamily, address: tuple[str, int]) -> None:
        self.address_family = family
        super().__init__(address)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            host = str(self.server_address[0])
            only_six = host != _UNSPECIFIED and not host.startswith(_OF_IPV4)
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_six)
        super().server_bind()
