"""What panels show of machines, clusters and the monitoring itself, as people would count it from raw samples.

Source: what each panel asks, in its own words. Nothing here is read from a rule. Where an alert stands on a number,
:mod:`tests.oracle.of_disks` or :mod:`tests.oracle.of_volumes` knows it, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.of_disks import FREE, READ_ONLY, SPACE
from tests.oracle.of_foresight import PER, read
from tests.oracle.of_notifications import followable, of_people
from tests.oracle.of_volumes import FREE as VOLUME_FREE
from tests.oracle.of_volumes import PER_CLAIM
from tests.oracle.recorded_values import (
    FIVE_MINUTES,
    QUARTER,
    TEN_MINUTES,
    CountOfGroups,
    Largest,
    RecordedValue,
    events,
    pace,
    scraped,
    several,
)
from vitals.verify.oracle.alert_case import EVALUATED
from vitals.verify.oracle.lately import EXPORTER, HighestLately, Lately
from vitals.verify.oracle.measures import P95, Derived, NewestBefore, OrNone, RateOf, Share
from vitals.verify.oracle.observations import Measure

_HPA = "kube_horizontalpodautoscaler"
_AUTOSCALER = ("namespace", "horizontalpodautoscaler")
_WANTED = Lately(f"{_HPA}_status_desired_replicas", EXPORTER, _AUTOSCALER)
_DRIVER = (*_AUTOSCALER, "metric_name", "metric_target_type")
_TRIGGER = ("namespace", "scaledObject", "scaler")
INSIDE = (
    "lo",
    "dummy",
    "veth",
    "cali",
    "cni",
    "gke",
    "cilium_",
    "lxc",
    "flannel",
    "tunl",
    "docker",
    "br-",
    "cbr",
    "nodelocaldns",
)
"""How interfaces are called that carry the traffic of pods, which the card of the node carries too."""


def _node() -> dict[str, RecordedValue]:
    per, disk = ("instance",), ("instance", "device")
    cpu = "node_cpu_seconds_total"
    idle = RateOf(cpu, FIVE_MINUTES, per, lambda labels: labels["mode"] in ("idle", "iowait"))
    every = RateOf(cpu, FIVE_MINUTES, per)
    processors = CountOfGroups(RateOf(cpu, FIVE_MINUTES, (*per, "cpu"), lambda labels: labels["mode"] == "idle"))

    def outside(labels: Mapping[str, str]) -> bool:
        return not labels["device"].startswith(INSIDE)

    def network(what: str) -> Measure:
        return RateOf(f"node_network_{what}_total", FIVE_MINUTES, per, outside)

    def both(first: Measure, second: Measure) -> Measure:
        return Derived(lambda a, b: a + b, (first, second))

    return {
        "instance:node_cpu_busy:ratio_rate5m": RecordedValue(
            per, Derived(lambda spare, whole: 1 - spare / whole, (idle, every))
        ),
        "instance:node_load1:per_cpu": RecordedValue(
            per, Derived(lambda load, count: load / count, (Lately("node_load1", EXPORTER, per), processors))
        ),
        "instance_device:node_disk_busy:ratio_rate5m": RecordedValue(
            disk, HighestLately(RateOf("node_disk_io_time_seconds_total", FIVE_MINUTES, disk), EXPORTER)
        ),
        "instance_device:node_disk_bytes:rate5m": RecordedValue(
            disk,
            both(*(RateOf(f"node_disk_{what}_bytes_total", FIVE_MINUTES, disk) for what in ("read", "written"))),
        ),
        "instance:node_network_receive_bytes:rate5m": RecordedValue(per, network("receive_bytes")),
        "instance:node_network_transmit_bytes:rate5m": RecordedValue(per, network("transmit_bytes")),
        "instance:node_network_errors:rate5m": RecordedValue(
            per, both(network("receive_errs"), network("transmit_errs"))
        ),
        "instance_mountpoint:node_filesystem_readonly:max": RecordedValue(("instance", "mountpoint"), READ_ONLY),
        "instance_mountpoint:node_filesystem_avail_bytes:max": RecordedValue(("instance", "mountpoint"), FREE),
        "instance_mountpoint:node_filesystem_used:ratio": RecordedValue(("instance", "mountpoint"), SPACE),
        "instance:node_oom_kills:increase10m": events("node_vmstat_oom_kill", TEN_MINUTES, per),
    }


def _prometheus() -> dict[str, RecordedValue]:
    group = ("instance", "rule_group")
    used = Derived(
        lambda took, every: took / every,
        (
            Lately("prometheus_rule_group_last_duration_seconds", EXPORTER, group),
            Lately("prometheus_rule_group_interval_seconds", EXPORTER, group),
        ),
    )
    return {
        "service:rule_group_time_used:ratio_max": RecordedValue((), Largest(used)),
        "service:tsdb_head_series:max": several("prometheus_tsdb_head_series", (), max, over=EXPORTER),
        "service:tsdb_samples_appended:rate5m": pace("prometheus_tsdb_head_samples_appended_total"),
        "service:rule_evaluation_failures:increase5m": events(
            "prometheus_rule_evaluation_failures_total", FIVE_MINUTES
        ),
        "service:alerts_dropped:increase5m": events("prometheus_notifications_dropped_total", FIVE_MINUTES),
    }


_GOOGLE = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com"


def _stackdriver() -> dict[str, RecordedValue]:
    per, asked = ("database_id",), f"{_GOOGLE}_api_request_count"
    fine = ("OK", "NOT_FOUND", "ALREADY_EXISTS")
    every = RateOf(asked, TEN_MINUTES, per)
    failed = RateOf(asked, TEN_MINUTES, per, lambda labels: labels["response_code"] not in fine)
    latency = P95(f"{_GOOGLE}_api_request_latencies", TEN_MINUTES, per)
    return {
        "database:firestore_requests:rate10m": RecordedValue(per, every),
        "database:firestore_failures:ratio_rate10m": RecordedValue(per, Share(OrNone(failed, every), every)),
        "database:firestore_latency_seconds:p95_10m": RecordedValue(per, Derived(lambda ms: ms / 1000, (latency,))),
        "database:firestore_connections:sum": several(
            f"{_GOOGLE}_network_active_connections", per, sum, over=TEN_MINUTES
        ),
    }


_CONTAINER = ("namespace", "pod", "container")
_HELD_BACK, _PERIODS = (
    RateOf(f"container_cpu_cfs_{what}_total", FIVE_MINUTES, _CONTAINER) for what in ("throttled_periods", "periods")
)
_CHANNEL = ("integration",)
_PACE, _FAILED_PACE = (
    RateOf(f"alertmanager_notifications_{what}", QUARTER, _CHANNEL, of_people) for what in ("total", "failed_total")
)
_TRIED = Derived(lambda pace: pace * QUARTER, (_PACE,))
_HOUR, _WAY = 3600, ("channel",)
_FOLLOWED, _NOT_FOLLOWED = (RateOf(f"pictures_{what}_total", _HOUR, _WAY, followable) for what in ("sent", "failed"))
_PICTURES = Derived(
    lambda sent, failed: sent + failed, (OrNone(_FOLLOWED, _NOT_FOLLOWED), OrNone(_NOT_FOLLOWED, _FOLLOWED))
)
_TAKEN = RateOf("otelcol_receiver_accepted_spans", FIVE_MINUTES)

EXPORTERS: dict[str, dict[str, RecordedValue]] = {
    "node": {
        **scraped(exporter=True),
        **_node(),
        "service_anomaly:time_to_limit_seconds:min": RecordedValue(PER, read("forecast_limit_seconds", min)),
    },
    "prometheus": {**scraped(exporter=True), **_prometheus()},
    "stackdriver": {**scraped(exporter=True, timed=False), **_stackdriver()},
    "kubelet": {
        **scraped(exporter=True, limit=10),
        "container:cpu_throttled:ratio_increase5m": RecordedValue(_CONTAINER, Share(_HELD_BACK, _PERIODS)),
    },
    "kubelet-volumes": {
        **scraped(exporter=True, timed=False),
        "persistentvolumeclaim:kubelet_volume_available_bytes:max": RecordedValue(PER_CLAIM, VOLUME_FREE),
    },
    "redis": {
        **scraped(exporter=True),
        "instance:redis_evicted_keys:rate5m": pace("redis_evicted_keys_total", ("instance",)),
    },
    "alertmanager": {
        **scraped(exporter=True),
        "service_integration:notifications:increase15m": RecordedValue(_CHANNEL, _TRIED),
        "service_integration:notifications_failed:ratio_increase15m": RecordedValue(
            _CHANNEL, OrNone(Share(_FAILED_PACE, _PACE), _TRIED)
        ),
    },
    "foresight": scraped(exporter=True),
    "pictures": {
        **scraped(exporter=True),
        "service_channel:pictures:increase1h": RecordedValue(_WAY, Derived(lambda pace: pace * _HOUR, (_PICTURES,))),
        "service_channel:pictures_failed:ratio_increase1h": RecordedValue(
            _WAY, OrNone(Share(_NOT_FOLLOWED, _PICTURES), _PICTURES)
        ),
    },
    "collector": {
        **scraped(exporter=True),
        "service:spans_taken:rate5m": RecordedValue((), _TAKEN),
        "service:spans_lost:ratio_rate5m": RecordedValue(
            (), Share(RateOf("otelcol_exporter_send_failed_spans", FIVE_MINUTES), _TAKEN)
        ),
    },
    "keda": {
        **scraped(exporter=True),
        "scaledobject:scaler_errors:increase5m": events(
            "keda_scaler_detail_errors_total", FIVE_MINUTES, ("namespace", "scaledObject")
        ),
        "scaledobject_trigger:value:max": RecordedValue(
            _TRIGGER, Lately("keda_scaler_metrics_value", EXPORTER, _TRIGGER)
        ),
    },
    "kube-state-metrics": {
        **scraped(exporter=True, limit=10),
        **{
            f"autoscaler:{record}": RecordedValue(_AUTOSCALER, Lately(f"{_HPA}_{gauge}", EXPORTER, _AUTOSCALER))
            for record, gauge in (
                ("replicas:max", "status_current_replicas"),
                ("replicas_limit:min", "spec_min_replicas"),
                ("replicas_limit:max", "spec_max_replicas"),
            )
        },
        "autoscaler:replicas_wanted:max": RecordedValue(_AUTOSCALER, _WANTED),
        "autoscaler:replicas_wanted:step": RecordedValue(
            _AUTOSCALER,
            Derived(lambda now, before: abs(now - before), (_WANTED, NewestBefore(_WANTED, EVALUATED, 1))),
        ),
        "autoscaler_metric:load_per_replica:ratio": RecordedValue(
            _DRIVER,
            Derived(
                lambda now, threshold: now / threshold if threshold > 0 else None,
                tuple(Lately(f"{_HPA}_{what}_target_metric", EXPORTER, _DRIVER) for what in ("status", "spec")),
            ),
        ),
    },
}
"""What is recorded of each exporter."""
