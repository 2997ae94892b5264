"""Every metric that a service exposes through this distribution, as pure data, one module per family.

The instruments are built from these descriptions and the watching stack resolves its rules and panels against them,
so a name, label or bucket is written once. The package imports only the contract; it refuses to hold any state. A
family is exposed by the services that use its hook; ``METRICS`` is the whole.
"""

from vitals_telemetry.contract import Metric
from vitals_telemetry.metrics.api import (
    ACTIVE_USER_WINDOW,
    ACTIVE_USERS,
    API_CALLS,
    API_METRICS,
    API_REQUESTS_IN_FLIGHT,
    API_RESPONSE_TIME,
    API_RESPONSE_TIME_MAX,
    ENDPOINT,
    FAILING_STATUSES,
    MAXIMUM_STEP,
    MAXIMUM_WINDOW,
    METHOD,
    STATUS,
    UNMATCHED,
)
from vitals_telemetry.metrics.cache import CACHE_METRICS
from vitals_telemetry.metrics.components import COMPONENT_METRICS
from vitals_telemetry.metrics.database import DATABASE_METRICS
from vitals_telemetry.metrics.process import (
    APP_BUILD_INFO,
    BUILD_METRICS,
    OTHER,
    PROCESS_METRICS,
    RUNTIME_SERIES,
    TELEMETRY_LABEL_OVERFLOW,
)
from vitals_telemetry.metrics.tasks import TASK_METRICS
from vitals_telemetry.metrics.users import USER_METRICS

METRICS: tuple[Metric, ...] = (
    *API_METRICS,
    *USER_METRICS,
    *DATABASE_METRICS,
    *CACHE_METRICS,
    *TASK_METRICS,
    *COMPONENT_METRICS,
    *BUILD_METRICS,
)
"""All metrics of this distribution, family by family."""

__all__ = [
    "ACTIVE_USERS",
    "ACTIVE_USER_WINDOW",
    "API_CALLS",
    "API_METRICS",
    "API_REQUESTS_IN_FLIGHT",
    "API_RESPONSE_TIME",
    "API_RESPONSE_TIME_MAX",
    "APP_BUILD_INFO",
    "BUILD_METRICS",
    "CACHE_METRICS",
    "COMPONENT_METRICS",
    "DATABASE_METRICS",
    "ENDPOINT",
    "FAILING_STATUSES",
    "MAXIMUM_STEP",
    "MAXIMUM_WINDOW",
    "METHOD",
    "METRICS",
    "OTHER",
    "PROCESS_METRICS",
    "RUNTIME_SERIES",
    "STATUS",
    "TASK_METRICS",
    "TELEMETRY_LABEL_OVERFLOW",
    "UNMATCHED",
    "USER_METRICS",
]
