"""Alerts as code: one file per family, each alert an object that reads as a sentence.

Edit a bound, a duration or a text here; ``vitals render`` writes the rule files. Alerts are named per kind and carry
the ``service`` label, so a new service needs no new alert and no new runbook. This file is the visible list of all
families; what they are made of is in :mod:`vitals.kit.alerts`.
"""

from vitals.kit.alerts.families import AlertRules, on_signals

from . import (
    anomaly,
    arrival,
    burn_rate,
    cache,
    capacity,
    cluster,
    components,
    database,
    latency,
    meta,
    outage,
    recording,
    scaling,
    system,
    tasks,
    traffic,
    users,
    volumes,
)
from .routing import ROUTING

RULES = (
    *latency.RULES,
    *traffic.RULES,
    *database.RULES,
    *cache.RULES,
    *tasks.RULES,
    *users.RULES,
    *components.RULES,
)
"""Every rule that watches one signal of a service."""

ALERT_RULES = AlertRules(
    of_services=(
        outage.alerts,
        arrival.alerts,
        burn_rate.alerts,
        recording.alerts,
        anomaly.alerts,
        on_signals(RULES),
        meta.of_targets,
        cluster.of_service,
        volumes.of_service,
    ),
    of_exporters=(
        system.alerts,
        capacity.alerts,
        cluster.alerts,
        volumes.alerts,
        scaling.alerts,
        meta.of_exporter,
        meta.of_targets_of_exporter,
    ),
    of_monitoring=meta.alerts,
    routing=ROUTING,
)
