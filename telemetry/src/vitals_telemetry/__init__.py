"""What the services of the platform import to be watched by Vitals.

* Metrics: ``ApiTelemetry`` holds them, ``TelemetryMiddleware`` fills them, ``serve_metrics`` exposes them;
  ``vitals_telemetry.metrics`` describes each as data.
* Logs: ``configure_logging`` writes JSON lines, ``performance_log`` times an operation.
* Traces: ``configure_tracing`` sends spans; the middleware then opens one per request.
* ``TelemetryError`` is what set-up raises, with a message for the operator.

It refuses to depend on a web framework or on the stack that watches.

A name is imported when it is first used, so a reader of the contract alone does not wait for tracing and HTTP.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vitals_telemetry.api import ApiTelemetry, authenticated_user
    from vitals_telemetry.build import expose_build
    from vitals_telemetry.components import component
    from vitals_telemetry.errors import TelemetryError
    from vitals_telemetry.logs import configure_logging, performance_log
    from vitals_telemetry.middleware import TelemetryMiddleware
    from vitals_telemetry.server import MetricsServer, serve_metrics
    from vitals_telemetry.tracing import configure_tracing
    from vitals_telemetry.users import UserTelemetry

__all__ = [
    "ApiTelemetry",
    "MetricsServer",
    "TelemetryError",
    "TelemetryMiddleware",
    "UserTelemetry",
    "authenticated_user",
    "component",
    "configure_logging",
    "configure_tracing",
    "expose_build",
    "performance_log",
    "serve_metrics",
]

_HOMES = {
    "ApiTelemetry": "api",
    "MetricsServer": "server",
    "TelemetryError": "errors",
    "TelemetryMiddleware": "middleware",
    "UserTelemetry": "users",
    "authenticated_user": "api",
    "component": "components",
    "configure_logging": "logs",
    "configure_tracing": "tracing",
    "expose_build": "build",
    "performance_log": "logs",
    "serve_metrics": "server",
}
"""The module of each name."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
