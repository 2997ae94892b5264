"""How a library that counts and times HTTP requests is described, whatever it calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from vitals.model.dialects.dialect import Matchers, MetricSource
from vitals_telemetry.contract import Label, Metric, MetricType, Unit
from vitals_telemetry.metrics import (
    API_CALLS,
    API_REQUESTS_IN_FLIGHT,
    API_RESPONSE_TIME,
    API_RESPONSE_TIME_MAX,
    PROCESS_METRICS,
)

CALLS, TIME = API_CALLS.name, API_RESPONSE_TIME.name
LONGEST, IN_FLIGHT = API_RESPONSE_TIME_MAX.name, API_REQUESTS_IN_FLIGHT.name
SERVER_ERROR = "~5.."
"""A status of the server's own failure, as a number (503) or as a class (5xx)."""
NO_ENDPOINT = "all"
"""The endpoint of a library that does not tell endpoints apart."""

ROUTE = Label("handler", "Which part of the service answers.", most=200, expected=5)
METHOD = Label("method", "HTTP method.", most=10, expected=1)
STATUS = Label("status", "HTTP status of the answer.", most=40, expected=2)
"""An endpoint answers well, and now and then with one error; so many were counted for each on the recorded services."""

CLASSIC = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The default bounds of the Go client (``prometheus.DefBuckets``)."""
PYTHON = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""The default bounds of prometheus_client for Python, and those that OpenTelemetry advises for HTTP."""

Buckets = tuple[float, ...] | Literal["native"]
"""The bounds of a histogram, ascending; ``native`` for one that has none, because it keeps its own."""

PROCESS: Mapping[str, tuple[MetricSource, ...]] = {metric.name: (MetricSource(metric),) for metric in PROCESS_METRICS}
"""What the official clients for Go and Python say of their process, under the same names."""


def named(name: str, like: Label) -> Label:
    """The same label under the name that a library gives it."""
    return replace(like, name=name)


def histogram(name: str, text: str, *labels: Label, buckets: Buckets, unit: Unit = Unit.SECONDS) -> Metric:
    """A histogram of a library."""
    if buckets == "native":
        return Metric(name, MetricType.NATIVE_HISTOGRAM, unit, text, labels)
    return Metric(name, MetricType.HISTOGRAM, unit, text, labels, buckets)


def over(defaults: Matchers, where: Matchers | None) -> Matchers:
    """Which series count: what the catalogue says goes before what is usual, label by label."""
    return {**defaults, **(where or {})}
