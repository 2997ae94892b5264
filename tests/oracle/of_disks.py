"""What is promised of the alerts of machines, clusters and the monitoring itself, in numbers.

Scrape intervals and limits are those of catalog/environments/prod.py. Written by hand; nothing here is read from a
rule, nor from a runbook, whose numbers are rendered from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.verify.oracle.conditions import Above, Below, Condition, Equals, Statement, both
from vitals.verify.oracle.lately import CONTAINER, EXPORTER, HighestLately, Lately
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    Derived,
    KnownFor,
    LowestKept,
    OrNone,
    RateOf,
    Share,
    SlopeOfKept,
)
from vitals.verify.oracle.observations import Group, Measure, Observations
from vitals.verify.oracle.scrapes import LARGE_SCRAPE_LIMIT, scrapes

FIVE_MINUTES, TEN_MINUTES = 5 * MINUTE, 10 * MINUTE
SERIES = 20_000
"""The budget of production."""


def _level(
    name: str, number: Measure, bound: float, for_: int, per: Group = (), *, severity: str = "warning"
) -> Statement:
    return Statement(name, severity, Above(number, bound), for_, per)


def of_people(labels: Mapping[str, str]) -> bool:
    """Whether notifications went to people, and not to the relay that sends pictures after them."""
    return not labels.get("receiver_name", "").endswith("-pictures")


def _used(free: Measure, everything: Measure) -> Measure:
    return Derived(lambda part, whole: 1 - part / whole if whole > 0 else None, (free, everything))


def _of_limit(used: Measure, limit: Measure) -> Measure:
    return Derived(lambda part, whole: part / whole if whole > 0 else None, (used, limit))


def _events(counter: str, over: int, per: Group = ()) -> Measure:
    return Derived(lambda pace: pace * over, (RateOf(counter, over, per),))


# ---- the monitoring itself


def refused(program: str) -> dict[str, Statement]:
    """A program that runs on with its old configuration."""
    newest = Lately(f"{program}_config_last_reload_successful", EXPORTER, several=min)
    return {"meta.config.refused": Statement("ConfigReloadFailing", "warning", Equals(newest, 0), FIVE_MINUTES)}


def open_files() -> dict[str, Statement]:
    """A program that can soon open no more files."""
    per = ("job", "instance")
    used = _of_limit(*(Lately(f"process_{what}_fds", EXPORTER, per) for what in ("open", "max")))
    return {"mixins.process.OpenFilesNearLimit": _level("OpenFilesNearLimit", used, 0.8, TEN_MINUTES, per)}


PROMETHEUS = {
    "meta.rules.failing": _level(
        "RulesFailing", _events("prometheus_rule_evaluation_failures_total", FIVE_MINUTES), 0, FIVE_MINUTES
    ),
    "meta.alerts.dropped_any": _level(
        "AlertsDropped", _events("prometheus_notifications_dropped_total", FIVE_MINUTES), 0, 0, severity="critical"
    ),
    "meta.series.high": _level("TooManySeries", Lately("prometheus_tsdb_head_series", EXPORTER), SERIES, TEN_MINUTES),
    **refused("prometheus"),
    **scrapes(15),
    **open_files(),
}
_CHANNEL, _QUARTER = ("integration",), 15 * MINUTE
_TRIED, _UNDELIVERED = (
    RateOf(f"alertmanager_notifications_{what}", _QUARTER, _CHANNEL, of_people) for what in ("total", "failed_total")
)
ALERTMANAGER = {
    "meta.notifications.failing": _level(
        "NotificationsFailing", Share(_UNDELIVERED, _TRIED), 0.05, MINUTE, _CHANNEL, severity="critical"
    ),
    **refused("alertmanager"),
    **scrapes(15),
    **open_files(),
}
_SCALED = ("namespace", "scaledObject")
KEDA = {
    "meta.scaler.blind": _level(
        "ScalerBlind", _events("keda_scaler_detail_errors_total", FIVE_MINUTES, _SCALED), 0, FIVE_MINUTES, _SCALED
    ),
    **scrapes(15),
}
_LOST, _TAKEN = (
    RateOf(name, FIVE_MINUTES) for name in ("otelcol_exporter_send_failed_spans", "otelcol_receiver_accepted_spans")
)
COLLECTOR = {
    "meta.traces.lost_many": _level("TracesLost", Share(_LOST, _TAKEN), 0.05, TEN_MINUTES),
    **scrapes(15),
}

# ---- machines

_MACHINE, _DISK = ("instance",), ("instance", "mountpoint")


def _idle(labels: Mapping[str, str]) -> bool:
    return labels["mode"] in ("idle", "iowait")


@dataclass(frozen=True, slots=True)
class Writable:
    """A number of the filesystems that can be written."""

    number: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number of those that can."""
        read_only = READ_ONLY.at(world, instant)
        return {group: value for group, value in self.number.at(world, instant).items() if read_only.get(group) == 0}


READ_ONLY = Lately("node_filesystem_readonly", EXPORTER, _DISK)
FREE = Writable(Lately("node_filesystem_avail_bytes", EXPORTER, _DISK))
SPACE = _used(FREE, Lately("node_filesystem_size_bytes", EXPORTER, _DISK))


def _full_within(name: str, severity: str, *, over: int, within: int, used: float, for_: int) -> Statement:
    """A disk that will be full soon."""
    soon = both(Below(time_left(FREE, over), within), Above(SPACE, used))
    return Statement(name, severity, soon, for_, _DISK)


def time_left(free: Measure, over: int) -> Measure:
    """Seconds until what is free is used up, if it goes on as over a window whose begin is known, nine tenths back."""
    left = Derived(lambda free, by: -free / by if by < 0 else None, (free, SlopeOfKept(free, over)))
    return both(left, Above(KnownFor(free, over), 0.9 * over, or_at=True))


_TURNED: Condition = both(Equals(READ_ONLY, 1), Equals(LowestKept(READ_ONLY, 24 * HOUR), 0))
NODE = {
    "system.cpu.high": _level(
        "MachineCpuHigh",
        _used(
            RateOf("node_cpu_seconds_total", FIVE_MINUTES, _MACHINE, _idle),
            RateOf("node_cpu_seconds_total", FIVE_MINUTES, _MACHINE),
        ),
        0.9,
        MINUTE,
        _MACHINE,
    ),
    "system.memory.oom": _level(
        "MachineOutOfMemory", _events("node_vmstat_oom_kill", TEN_MINUTES, _MACHINE), 0, 0, _MACHINE
    ),
    "system.disk.space_low": _level("DiskSpaceLow", SPACE, 0.9, FIVE_MINUTES, _DISK),
    "system.disk.nearly_full": _level("DiskNearlyFull", SPACE, 0.97, MINUTE, _DISK, severity="critical"),
    "system.disk.saturated": _level(
        "DiskSaturated",
        HighestLately(RateOf("node_disk_io_time_seconds_total", FIVE_MINUTES, ("instance", "device")), EXPORTER),
        0.95,
        _QUARTER,
        ("instance", "device"),
    ),
    "system.disk.read_only": Statement("FilesystemReadOnly", "critical", _TURNED, MINUTE, _DISK),
    "system.disk.full_in_hours": _full_within(
        "DiskFullInHours", "critical", over=HOUR, within=4 * HOUR, used=0.8, for_=_QUARTER
    ),
    "system.disk.full_in_days": _full_within(
        "DiskFullInDays", "warning", over=6 * HOUR, within=72 * HOUR, used=0.6, for_=HOUR
    ),
    "handwritten.clock.MachineClockSkewed": _level(
        "MachineClockSkewed",
        Derived(abs, (Lately("node_timex_offset_seconds", EXPORTER, ("job", "instance")),)),
        0.05,
        TEN_MINUTES,
        ("job", "instance"),
    ),
    **scrapes(15),
    **open_files(),
}

# ---- clusters

_CONTAINER, _POD, _DEPLOYMENT = ("namespace", "pod", "container"), ("namespace", "pod"), ("namespace", "deployment")
KUBELET = {
    "system.container.memory_high": _level(
        "ContainerMemoryHigh",
        _of_limit(
            *(
                Lately(f"container_{what}_bytes", CONTAINER, _CONTAINER)
                for what in ("memory_working_set", "spec_memory_limit")
            )
        ),
        0.95,
        TEN_MINUTES,
        _CONTAINER,
    ),
    **scrapes(15, LARGE_SCRAPE_LIMIT),
}
KUBE_STATE_METRICS = {
    "system.pod.restarts_often": _level(
        "PodRestartsOften", _events("kube_pod_container_status_restarts_total", HOUR, _POD), 3, MINUTE, _POD
    ),
    "system.pod.replicas_missing": _level(
        "ReplicasMissing",
        Derived(
            lambda wanted, there: wanted - there,
            (
                Lately("kube_deployment_spec_replicas", EXPORTER, _DEPLOYMENT),
                Lately("kube_deployment_status_replicas_available", EXPORTER, _DEPLOYMENT),
            ),
        ),
        0,
        _QUARTER,
        _DEPLOYMENT,
    ),
    **scrapes(15, LARGE_SCRAPE_LIMIT),
}
REDIS = {
    "system.redis.memory_high": _level(
        "RedisMemoryHigh",
        _of_limit(*(Lately(f"redis_memory_{what}_bytes", EXPORTER, _MACHINE) for what in ("used", "max"))),
        0.9,
        TEN_MINUTES,
        _MACHINE,
    ),
    **scrapes(15),
}
_REQUESTS = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com_api_request_count"


def _failed(labels: Mapping[str, str]) -> bool:
    return labels["response_code"] not in ("OK", "NOT_FOUND", "ALREADY_EXISTS")


_ASKED = RateOf(_REQUESTS, TEN_MINUTES, ("database_id",))
STACKDRIVER = {
    "system.firestore.failing_high": _level(
        "FirestoreFailing",
        Share(OrNone(RateOf(_REQUESTS, TEN_MINUTES, ("database_id",), _failed), _ASKED), _ASKED),
        0.05,
        FIVE_MINUTES,
        ("database_id",),
    )
}
