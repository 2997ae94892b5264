"""gRPC servers, under the interceptors of go-grpc-middleware and their ports to other languages.

Source: https://github.com/grpc-ecosystem/go-grpc-middleware, providers/prometheus.
"""

from __future__ import annotations

from vitals.model.dialects.dialect import Dialect, Matchers, MetricSource
from vitals.model.dialects.http import CALLS, CLASSIC, PROCESS, TIME, Buckets, histogram, over
from vitals.model.metrics.exporter import unusual_counter
from vitals_telemetry.contract import Label

_FAULTS = "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"
"""The codes that OpenTelemetry counts as errors of a server; the others are the client's."""
_LABELS = (
    Label("grpc_type", "Unary or streaming.", most=4, expected=1),
    Label("grpc_service", "Name of the gRPC service.", most=20, expected=1),
    Label("grpc_method", "Name of the method.", most=200, expected=8),
)
_CODE = Label("grpc_code", "Code of the answer.", most=17, expected=17)


def _spelt(codes: str) -> str:
    """The codes as Go writes them, and as Java and Python do: DeadlineExceeded, DEADLINE_EXCEEDED."""
    shouted = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in codes).replace("|_", "|")
    return f"~{codes}|{shouted.removeprefix('_')}"


def grpc(*, buckets: Buckets = CLASSIC, where: Matchers | None = None) -> Dialect:
    """A gRPC server.

    Args:
        buckets: The bounds of ``grpc_server_handling_seconds``, in seconds; ``"native"`` where it is native.
        where: Which series count, by label; health checks do not.
    """
    labels = {"endpoint": "grpc_method", "method": "grpc_service"}
    counts = over({"grpc_service": "!grpc.health.v1.Health"}, where)
    handled = unusual_counter("grpc_server_handled_total", "Calls by code.", *_LABELS, _CODE)
    time = histogram("grpc_server_handling_seconds", "Time of calls.", *_LABELS, buckets=buckets)
    failed, left = ({"grpc_code": _spelt(_FAULTS)},), ({"grpc_code": "~Canceled|CANCELLED"},)
    return Dialect(
        "grpc",
        "Calls of a gRPC server, counted by go-grpc-middleware.",
        {
            CALLS: (MetricSource(handled, labels, {}, counts, failed, left),),
            TIME: (MetricSource(time, labels, {}, counts),),
            **PROCESS,
        },
        # Calls that were started, messages, and the Go collector.
        other_series=90,
    )
