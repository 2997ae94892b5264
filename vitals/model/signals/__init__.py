"""The narrow waist: each question that is asked of the metrics, once, with its name, unit and panel.

Recording rules, alerts and panels are all made from these signals, so they cannot disagree about what "p95" is.
Signals know the contract and the catalogue; they know nothing of rule files or dashboards.
"""

from vitals.model.signals import (
    anomaly,
    api,
    arrival,
    cache,
    cluster,
    components,
    database,
    forecast,
    gauge,
    idioms,
    measure,
    meta,
    outage,
    recorded,
    scaling,
    slo,
    system,
    targets,
    tasks,
    trend,
    users,
)
from vitals.model.signals.native import CLIENT_LEFT, ERROR_STATUS, NotCarriedError, carries, series
from vitals.model.signals.of_exporter import signals_of_exporter, watched_exporters
from vitals.model.signals.of_service import LeftOut, left_out, signals_of
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal

__all__ = [
    "CLIENT_LEFT",
    "ERROR_STATUS",
    "PER_SERVICE",
    "Direction",
    "Group",
    "LeftOut",
    "NotCarriedError",
    "Signal",
    "SignalQuery",
    "anomaly",
    "api",
    "arrival",
    "cache",
    "carries",
    "cluster",
    "components",
    "database",
    "forecast",
    "gauge",
    "idioms",
    "left_out",
    "measure",
    "meta",
    "outage",
    "recorded",
    "scaling",
    "series",
    "signals_of",
    "signals_of_exporter",
    "slo",
    "system",
    "targets",
    "tasks",
    "trend",
    "users",
    "watched_exporters",
]
