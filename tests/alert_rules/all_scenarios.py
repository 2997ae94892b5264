"""Every scenario there is, by family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from tests.alert_rules import (
    alert_cases,
    anomaly_cases,
    arrival_cases,
    burn_cases,
    cache_cases,
    database_cases,
    disk_cases,
    first_burst_cases,
    latency_cases,
    meta_cases,
    outage_cases,
    quiet_cases,
    recorded_cases,
    scrapes_missed_cases,
    tasks_cases,
    trend_cases,
    users_cases,
    volume_cases,
    young_cases,
)
from tests.alert_rules.scenario import Scenario

FAMILIES: Mapping[str, Sequence[Scenario]] = {
    "outage": outage_cases.CASES,
    "arrival": arrival_cases.CASES,
    "burn": burn_cases.CASES,
    "young": young_cases.CASES,
    "latency": latency_cases.CASES,
    "meta": meta_cases.CASES,
    "first burst": first_burst_cases.CASES,
    "recorded": recorded_cases.CASES,
    "quiet": quiet_cases.CASES,
    "database": database_cases.CASES,
    "cache": cache_cases.CASES,
    "tasks": tasks_cases.CASES,
    "users": users_cases.CASES,
    "trend": trend_cases.CASES,
    **{f"alerts of {service}": cases for service, cases in alert_cases.BY_SERVICE.items()},
    "anomaly": anomaly_cases.CASES,
    "scrapes missed": scrapes_missed_cases.CASES,
    "disk": disk_cases.CASES,
    "volume": volume_cases.CASES,
}
CASES = tuple(chain.from_iterable(FAMILIES.values()))
