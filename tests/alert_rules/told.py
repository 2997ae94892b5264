"""Every scenario there is."""

from __future__ import annotations

from tests.alert_rules import (
    burn_cases,
    cache_cases,
    database_cases,
    disk_cases,
    latency_cases,
    level_cases,
    meta_cases,
    outage_cases,
    quiet_cases,
    tasks_cases,
    trend_cases,
    users_cases,
    watching_cases,
)
from tests.alert_rules.scenario import Scenario

CASES: tuple[Scenario, ...] = (
    *outage_cases.CASES,
    *burn_cases.CASES,
    *latency_cases.CASES,
    *meta_cases.CASES,
    *quiet_cases.CASES,
    *database_cases.CASES,
    *cache_cases.CASES,
    *tasks_cases.CASES,
    *users_cases.CASES,
    *trend_cases.CASES,
    *level_cases.CASES,
    *watching_cases.CASES,
    *disk_cases.CASES,
)
