"""A small service whose metrics OpenTelemetry's SDK and its ASGI instrumentation make: `PORT METRICS_PORT`.

Which names they have, the old or the stable ones, is decided by OTEL_SEMCONV_STABILITY_OPT_IN, as everywhere.
"""

from __future__ import annotations

import sys

import uvicorn
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import start_http_server

from tests.dialects.emitters.application import application

if __name__ == "__main__":
    port, metrics_port = map(int, sys.argv[1:])
    start_http_server(metrics_port, addr="127.0.0.1")
    provider = MeterProvider([PrometheusMetricReader()])
    watched = OpenTelemetryMiddleware(application(), meter_provider=provider)
    uvicorn.run(watched, host="127.0.0.1", port=port, log_level="critical")
