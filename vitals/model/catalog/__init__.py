"""The language of the catalogue: what people may write about services, teams and environments.

The types are closed: an unknown field, an impossible SLO or a missing owner is an error that names file, line, field,
consequence and fix. Nothing here knows how a rule or a panel looks.
"""

from vitals.model.catalog.budget import Budget
from vitals.model.catalog.burn_windows import BurnWindow
from vitals.model.catalog.channel import OUT_OF_HOURS, WORKING_HOURS, NotificationChannel, Urgency, Way
from vitals.model.catalog.channels_of_chats import (
    Discord,
    Mattermost,
    MicrosoftTeams,
    Rocketchat,
    Slack,
    SlackReplies,
    Telegram,
    Webex,
    Wechat,
)
from vitals.model.catalog.channels_of_incidents import (
    Email,
    IncidentIo,
    Jira,
    Opsgenie,
    PagerDuty,
    Pushover,
    Sns,
    VictorOps,
    Webhook,
)
from vitals.model.catalog.demand import AnyDemand, Demand, OwnDemand, own
from vitals.model.catalog.environment import Environment, Pictures, Scrape, Smtp
from vitals.model.catalog.hours import Hours
from vitals.model.catalog.load import Catalogue, CatalogueError, load
from vitals.model.catalog.load_test import LoadTest
from vitals.model.catalog.maintenance import MaintenanceWindow
from vitals.model.catalog.measured import (
    Measured,
    MeasuredCapacity,
    MeasuredSlo,
    MeasuringMachine,
    MeasuringTool,
    measured_path,
    measured_text,
    read_measured,
)
from vitals.model.catalog.metric import counter, gauge, histogram
from vitals.model.catalog.pod import Pod
from vitals.model.catalog.prices import ClusterPrices, Machine, Managed, Prices, SelfHosted, Tier
from vitals.model.catalog.resources import Cache, Firestore, Queue
from vitals.model.catalog.scaling import AssumedCapacity, Autoscaling, Headroom, ReplicaLimits, Scaling, assumed
from vitals.model.catalog.servers import Server, Servers
from vitals.model.catalog.service import Availability, Latency, Service, Slo
from vitals.model.catalog.team import Team
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
    "OUT_OF_HOURS",
    "WORKING_HOURS",
    "AnyDemand",
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
    "Discord",
    "Email",
    "Environment",
    "Firestore",
    "Headroom",
    "Hours",
    "IncidentIo",
    "Jira",
    "Latency",
    "LoadTest",
    "Machine",
    "MaintenanceWindow",
    "Managed",
    "Mattermost",
    "Measured",
    "MeasuredCapacity",
    "MeasuredSlo",
    "MeasuringMachine",
    "MeasuringTool",
    "MetricSource",
    "MicrosoftTeams",
    "NotificationChannel",
    "Opsgenie",
    "OwnDemand",
    "PagerDuty",
    "Pictures",
    "Pod",
    "Prices",
    "Pushover",
    "Queue",
    "ReplicaLimits",
    "Rocketchat",
    "Scaling",
    "Scrape",
    "SelfHosted",
    "Server",
    "Servers",
    "Service",
    "Slack",
    "SlackReplies",
    "Slo",
    "Smtp",
    "Sns",
    "Team",
    "Telegram",
    "Tier",
    "Urgency",
    "VictorOps",
    "Way",
    "Webex",
    "Webhook",
    "Wechat",
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
    "measured_path",
    "measured_text",
    "micrometer",
    "otel",
    "own",
    "promhttp",
    "read_measured",
    "rq_exporter",
    "starlette_exporter",
]
