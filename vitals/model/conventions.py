"""Names that many rooms must spell alike: labels of series and alerts, dashboards, urgencies.

A label is written here once; queries, rules, routes and dashboards take it from here. What a third party's
exporter calls its own labels stands with that exporter in the contract.
"""

from __future__ import annotations

from enum import StrEnum

ALERTNAME = "alertname"
"""The name of an alert, as Prometheus sets it on each and on the series ``ALERTS``."""
ALERTSTATE = "alertstate"
"""``pending`` or ``firing``, on the series ``ALERTS``."""
BUCKET_BOUND = "le"
"""The upper bound of a bucket of a histogram."""
CLUSTER = "cluster"
"""Which cluster a series comes from, on series that several clusters send to one place."""
HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")
"""What a classic histogram appends to its name, a series each, buckets first; a summary has the last two."""
INSTANCE = "instance"
"""Host and port of one target."""
JOB = "job"
"""The scrape job of a target."""
OWNER = "owner"
"""The team that an alert is routed to."""
REASON = "reason"
"""Which condition of an alert with several of them holds."""
SERVICE = "service"
"""Whose series or alert it is: a service of the catalogue, or an exporter."""
SEVERITY = "severity"
"""How urgent an alert is: a :class:`Severity`."""
SIGNAL = "signal"
"""The id of the signal that an alert of a kind for many signals speaks of."""
SLO = "slo"
"""The kind of an objective: ``availability`` or ``latency``."""

PAUSED = {"vitals/scaling": "paused"}
"""The labels of what holds an autoscaler back during a pause."""


class PauseNote(StrEnum):
    """What the note of a pause says: which service stays as it is, until when, why, and who said so."""

    SERVICE = "service"
    UNTIL = "until"
    WHY = "why"
    BY = "by"


class Severity(StrEnum):
    """How urgent an alert is, the most urgent first.

    ``critical`` pages, ``warning`` waits for working hours, ``info`` is context; ``none`` is for the Watchdog, which
    proves that the chain works by firing always.
    """

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    NONE = "none"


class DashboardUid(StrEnum):
    """The uids of our dashboards: the part of an address that links and bookmarks keep."""

    OVERVIEW = "vitals-overview"
    API = "vitals-api"
    SLO = "vitals-slo"
    USERS = "vitals-users"
    DATABASE = "vitals-database"
    CACHE = "vitals-cache"
    TASKS = "vitals-tasks"
    COMPONENTS = "vitals-components"
    SYSTEM = "vitals-system"
    AUTOSCALING = "vitals-autoscaling"
    STACK = "vitals-stack"
    ANOMALIES = "vitals-anomalies"
