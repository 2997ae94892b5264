"""The language of the catalogue: what people may write about services, teams and environments.

The types are closed: an unknown field, an impossible SLO or a missing owner is an error that names file, line, field,
consequence and fix. Nothing here knows how a rule or a panel looks.
"""

from vitals.model.catalog.budget import Budget
from vitals.model.catalog.burn_windows import BurnWindow
from vitals.model.catalog.environment import Environment, Scrape, Smtp
from vitals.model.catalog.load import Catalogue, CatalogueError, load
from vitals.model.catalog.metric import counter, gauge, histogram
from vitals.model.catalog.prices import ClusterPrices, Machine, Managed, Prices, SelfHosted, Tier
from vitals.model.catalog.resources import Cache, Firestore, Queue
from vitals.model.catalog.scaling import AssumedCapacity, Autoscaling, Demand, Scaling, assumed
from vitals.model.catalog.servers import Server, Servers
from vitals.model.catalog.service import Availability, Latency, Service, Slo
from vitals.model.catalog.team import Email, PagerDuty, Slack, Team
from vitals.model.dialects import (
    Dialect,
    MetricSource,
    celery_exporter,
    envoy,
    fastapi_instrumentator,
    grpc,
    istio,
    micrometer,
    otel,
    promhttp,
    rq_exporter,
    starlette_exporter,
)

__all__ = [
    "AssumedCapacity",
    "Autoscaling",
    "Availability",
    "Budget",
    "BurnWindow",
    "Cache",
    "Catalogue",
    "CatalogueError",
    "ClusterPrices",
    "Demand",
    "Dialect",
    "Email",
    "Environment",
    "Firestore",
    "Latency",
    "Machine",
    "Managed",
    "MetricSource",
    "PagerDuty",
    "Prices",
    "Queue",
    "Scaling",
    "Scrape",
    "SelfHosted",
    "Server",
    "Servers",
    "Service",
    "Slack",
    "Slo",
    "Smtp",
    "Team",
    "Tier",
    "assumed",
    "celery_exporter",
    "counter",
    "envoy",
    "fastapi_instrumentator",
    "gauge",
    "grpc",
    "histogram",
    "istio",
    "load",
    "micrometer",
    "otel",
    "promhttp",
    "rq_exporter",
    "starlette_exporter",
]
