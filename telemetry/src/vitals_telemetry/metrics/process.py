"""What every process reports: which build it is, which bounds it hit, and prometheus_client's process metrics."""

from __future__ import annotations

from vitals_telemetry.contract import Label, Metric, MetricType, Unit

OTHER = "other"
"""The value that stands for every value beyond a label's bound."""

APP_BUILD_INFO = Metric(
    name="app_build_info",
    type=MetricType.GAUGE,
    unit=Unit.COUNT,
    help="Always 1; the labels say which build of the service runs",
    labels=(
        Label("version", "Version of the service.", most=1, expected=1),
        Label("revision", "Commit that the service was built from.", most=1, expected=1),
    ),
)
TELEMETRY_LABEL_OVERFLOW = Metric(
    name="telemetry_label_overflow_total",
    type=MetricType.COUNTER,
    unit=Unit.COUNT,
    help="Values that were counted together or forgotten because a metric had reached its bound",
    labels=(
        Label("metric", "The metric whose bound was reached.", most=20, expected=10),
        Label("label", "The bounded label, or 'user' for the users that active_users remembers.", most=20, expected=2),
    ),
)

BUILD_METRICS: tuple[Metric, ...] = (APP_BUILD_INFO, TELEMETRY_LABEL_OVERFLOW)
"""What every watched process exposes beside its families."""

PROCESS_METRICS: tuple[Metric, ...] = (
    Metric(
        name="process_resident_memory_bytes",
        type=MetricType.GAUGE,
        unit=Unit.BYTES,
        help="Resident memory size in bytes.",
    ),
    Metric(
        name="process_start_time_seconds",
        type=MetricType.GAUGE,
        unit=Unit.SECONDS,
        help="Start time of the process since unix epoch in seconds.",
    ),
    Metric(
        name="process_cpu_seconds_total",
        type=MetricType.COUNTER,
        unit=Unit.SECONDS,
        help="Total user and system CPU time spent in seconds.",
    ),
    Metric(
        name="process_open_fds",
        type=MetricType.GAUGE,
        unit=Unit.COUNT,
        help="Number of open file descriptors.",
    ),
)
"""What the stack relies on from prometheus_client's own process collector (Linux, default registry)."""

RUNTIME_SERIES = 12
"""Series that prometheus_client's default collectors add to those: nine of the garbage collector, the interpreter's
version, virtual memory and the limit of open files. No rule reads them, but they are scraped and stored."""
