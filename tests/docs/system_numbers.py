"""What the pages about machines, clusters and the monitoring itself may state in numbers, computed from the code."""

from __future__ import annotations

import re

from alert_rules import Alert, capacity, cluster, load_rule_files, meta, system
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Scrape, Service, load
from vitals.model.signals import watched_exporters
from vitals.model.signals.signal import Signal
from vitals.paths import CATALOG

_CATALOGUE = load(CATALOG)
_ENVIRONMENT: Environment = _CATALOGUE.environments["local"]
_WATCHED: tuple[Service, ...] = watched_exporters(_ENVIRONMENT)
_ANY = Service(name="prometheus", owner="any", means="Any exporter.")


def bound(threshold: Threshold) -> str:
    """The condition of a threshold in words."""
    lasting = "" if threshold.lasting == "0s" else f" for {threshold.lasting}"
    return f"above {threshold.above}{lasting}"


def window(signal: Signal) -> str:
    """The one window that a signal looks back."""
    (found,) = set(re.findall(r"\[(\w+)\]", signal.query(_ANY, Scrape()).text))
    return str(found)


def _forecast(one: capacity.Forecast) -> tuple[str, ...]:
    window_of_slope = one.signal.id.rsplit("_", 1)[1]
    return (
        f"as in the last {window_of_slope}, it is full within {one.within}",
        f"stood for {one.lasting}, and more than {one.used:.0%}",
    )


def _of_file(name: str) -> Alert:
    files = load_rule_files(_WATCHED, _CATALOGUE.teams)
    return next(alert for alert in files.alerts if alert.name == name)


def _limit(name: str) -> str:
    """The bound at the end of the expression of a rule in a file."""
    return _of_file(name).expr.text.rsplit("> ", 1)[1]


_CONFIG_REFUSED = meta._config_refused(_ANY).lasting
_READ_ONLY = system._turned_read_only(_ANY).lasting

OF_SYSTEM_PAGE: dict[str, tuple[str, ...]] = {
    "MachineCpuHigh": (f"{bound(system.machine_cpu_high)}, measured over {window(system.machine_cpu_high.signal)}",),
    "MachineMemoryHigh": (bound(system.machine_memory_high),),
    "MachineOutOfMemory": (
        f"{bound(system.machine_out_of_memory)} within {window(system.machine_out_of_memory.signal)}",
    ),
    "DiskSpaceLow": (bound(system.disk_space_low),),
    "DiskNearlyFull": (bound(system.disk_nearly_full),),
    "DiskSaturated": (f"{bound(system.disk_saturated)}, measured over {window(system.disk_saturated.signal)}",),
    "FilesystemReadOnly": (f"written within {system.WAS_WRITABLE_WITHIN} has been read-only for {_READ_ONLY}",),
    "DiskFullInHours": _forecast(capacity.disk_full_in_hours),
    "DiskFullInDays": _forecast(capacity.disk_full_in_days),
    "ContainerMemoryHigh": (
        f"above {cluster.container_memory_high.above} of its memory limit for {cluster.container_memory_high.lasting}",
    ),
    "PodRestartsOften": (
        f"above {cluster.pod_restarts_often.above} times within {window(cluster.pod_restarts_often.signal)}",
        f"and that for {cluster.pod_restarts_often.lasting}",
    ),
    "ReplicasMissing": (bound(cluster.replicas_missing),),
    "RedisMemoryHigh": (
        f"above {cluster.redis_memory_high.above} of its memory limit for {cluster.redis_memory_high.lasting}",
    ),
    "FirestoreFailing": (
        f"above {cluster.firestore_failing.above} failed requests",
        f"over {window(cluster.firestore_failing.signal)}, for {cluster.firestore_failing.lasting}",
    ),
    "ScrapeSlow": (f"above {meta.scrape_slow.above} of its time limit for {meta.scrape_slow.lasting}",),
    "ScrapesMissed": (
        f"window of {window(meta.scrapes_missed.signal)}",
        f"above {meta.scrapes_missed.above} is missing, and that for {meta.scrapes_missed.lasting}",
    ),
    "RulesFailing": (f"within {window(meta.rules_failing.signal)} was {bound(meta.rules_failing)}",),
    "TooManySeries": (f"allows for {meta.too_many_series(_ENVIRONMENT).lasting}",),
    "AlertsDropped": (f"within {window(meta.alerts_dropped.signal)} is {bound(meta.alerts_dropped)}",),
    "NotificationsFailing": (
        f"within {window(meta.notifications_failing.signal)}",
        f"above {meta.notifications_failing.above} failed, and that for {meta.notifications_failing.lasting}",
    ),
    "ConfigReloadFailing": (f"newest configuration for {_CONFIG_REFUSED}",),
    "ScalerBlind": (f"within {window(meta.scaler_blind.signal)} were {bound(meta.scaler_blind)}",),
    "TracesLost": (f"{bound(meta.traces_lost)}, measured over {window(meta.traces_lost.signal)}",),
    "MachineClockSkewed": (
        f"more than {_limit('MachineClockSkewed')} seconds for {_of_file('MachineClockSkewed').lasting}",
    ),
    "OpenFilesNearLimit": (
        f"above {float(_limit('OpenFilesNearLimit')):.0%} of the files",
        f"and has for {_of_file('OpenFilesNearLimit').lasting}",
    ),
}
"""Every phrase must stand on its page, and the page may hold no other number."""
