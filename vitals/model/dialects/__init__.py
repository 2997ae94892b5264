"""How services speak: which library exposes the facts that every signal asks for, and under which names.

One dialect is one piece of data. A team adds one of its own as a file of the catalogue; nothing else changes for it.
"""

from collections.abc import Callable, Mapping

from vitals.model.dialects.dialect import EXPORTER, VITALS, Dialect, Matchers, MetricSource, converted, metric_of
from vitals.model.dialects.micrometer import micrometer
from vitals.model.dialects.otel import otel
from vitals.model.dialects.promhttp import promhttp
from vitals.model.dialects.proxies import envoy, istio
from vitals.model.dialects.python_peers import fastapi_instrumentator, starlette_exporter
from vitals.model.dialects.queues import celery_exporter, rq_exporter
from vitals.model.dialects.rpc import grpc

DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "vitals": lambda: VITALS,
    "promhttp": promhttp,
    "micrometer": micrometer,
    "otel": otel,
    "fastapi-instrumentator": fastapi_instrumentator,
    "starlette-exporter": starlette_exporter,
    "grpc": grpc,
    "envoy": envoy,
    "istio": istio,
    "celery-exporter": celery_exporter,
    "rq-exporter": rq_exporter,
    "exporter": lambda: EXPORTER,
}
"""By the name that the catalogue uses, each as the library is without options."""

__all__ = [
    "DIALECTS",
    "VITALS",
    "Dialect",
    "Matchers",
    "MetricSource",
    "celery_exporter",
    "converted",
    "envoy",
    "fastapi_instrumentator",
    "grpc",
    "istio",
    "metric_of",
    "micrometer",
    "otel",
    "promhttp",
    "rq_exporter",
    "starlette_exporter",
]
