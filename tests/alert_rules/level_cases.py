"""The levels of machines, clusters and the monitoring itself: bounds, times and words of every kind of alert.

Levels and words stand here; when each alert fires is the oracle's to say.
"""

from __future__ import annotations

from tests.alert_rules.level_scenarios import LevelScenarios
from tests.oracle.levels import counter, gauge

M = 'service="node", job="node", instance="m1:9100"'
MACHINE = {"instance": "m1:9100"}
DISK = f'{M}, device="/dev/sda", device_error="", fstype="ext4", mountpoint="/"'
POD = 'namespace="wellness", pod="api-1", container="app"'
KUBELET = f'service="kubelet", job="kubelet", instance="n1", {POD}, id="/a", image="i", name="n"'
FIRESTORE = 'service="stackdriver", job="stackdriver", instance="s1", database_id="wellness", api_method="Commit"'
REQUESTS = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com_api_request_count"
PROMETHEUS = 'service="prometheus", job="prometheus", instance="p1"'
ALERTMANAGER = 'service="alertmanager", job="alertmanager", instance="a1", integration="slack"'
RELAY = (
    'service="alertmanager", job="alertmanager", instance="a1", integration="webhook", '
    'receiver_name="platform-critical-pictures"'
)
KEDA = 'service="keda", job="keda", instance="k1", namespace="wellness", scaledObject="api"'
COLLECTOR = 'service="collector", job="collector", instance="c1"'


def _full(share: float) -> float:
    return 1000 * (1 - share)


_SPACE = (
    gauge(f"node_filesystem_avail_bytes{{{DISK}}}", _full),
    gauge(f"node_filesystem_size_bytes{{{DISK}}}", lambda _: 1000),
    gauge(f"node_filesystem_readonly{{{DISK}}}", lambda _: 0),
)  # fmt: skip
_ON_DISK = MACHINE | {"mountpoint": "/"}

MACHINES = (
    LevelScenarios(
        "system.cpu.high",
        "node",
        (
            counter(f'node_cpu_seconds_total{{{M}, cpu="0", mode="idle"}}', lambda busy: (1 - busy) / 2),
            counter(f'node_cpu_seconds_total{{{M}, cpu="0", mode="iowait"}}', lambda busy: (1 - busy) / 2),
            counter(f'node_cpu_seconds_total{{{M}, cpu="0", mode="user"}}'),
        ),
        low=0.5, under=0.89, high=0.95,
        summary="node (m1:9100): CPU used 95% (> 90%)",
        labels=MACHINE,
    ),
    LevelScenarios(
        "system.memory.oom",
        "node",
        (gauge(f"node_vmstat_oom_kill{{{M}}}"),),
        low=4, under=5, high=5, stays=True,
        summary="node (m1:9100): 1 OOM kill in 10m (> 0)",
        labels=MACHINE,
    ),
    LevelScenarios(
        "system.disk.space_low",
        "node",
        _SPACE,
        low=0.5, under=0.9, high=0.95,
        summary="node (m1:9100, /): disk space used 95% (> 90%)",
        labels=_ON_DISK,
    ),
    LevelScenarios(
        "system.disk.nearly_full",
        "node",
        _SPACE,
        low=0.5, under=0.97, high=0.98,
        summary="node (m1:9100, /): disk space used 98% (> 97%)",
        labels=_ON_DISK,
    ),
    LevelScenarios(
        "system.disk.saturated",
        "node",
        (counter(f'node_disk_io_time_seconds_total{{{M}, device="sda"}}'),),
        low=0.2, under=0.94, high=0.99,
        summary="node (m1:9100, sda): disk busy 99% of the time (> 95%)",
        labels=MACHINE | {"device": "sda"},
    ),
    LevelScenarios(
        "system.disk.read_only",
        "node",
        (gauge(f"node_filesystem_readonly{{{DISK}}}"),),
        low=0, under=1, high=1, creeps=0,
        summary="node (m1:9100, /): filesystem turned read-only, flag 1 (> 0)",
        labels=_ON_DISK,
    ),
    LevelScenarios(
        "handwritten.clock.MachineClockSkewed",
        "node",
        (gauge(f"node_timex_offset_seconds{{{M}}}"),),
        low=0, under=0.05, high=-0.08,
        summary="node (m1:9100): clock off by 80ms (> 50ms)",
        labels=MACHINE | {"job": "node"},
    ),
)  # fmt: skip

CLUSTER = (
    LevelScenarios(
        "system.container.memory_high",
        "kubelet",
        (
            gauge(f"container_memory_working_set_bytes{{{KUBELET}}}"),
            gauge(f"container_spec_memory_limit_bytes{{{KUBELET}}}", lambda _: 1),
        ),
        low=0.5, under=0.95, high=0.97,
        summary="kubelet (wellness/api-1/app): container memory at 97% of its limit (> 95%)",
        labels={"namespace": "wellness", "pod": "api-1", "container": "app"},
    ),
    LevelScenarios(
        "system.pod.restarts_often",
        "kube-state-metrics",
        (
            counter(
                f'kube_pod_container_status_restarts_total{{service="kube-state-metrics", {POD}, uid="u"}}',
                lambda an_hour: an_hour / 3600,
            ),
        ),
        low=0, under=2.9, high=6, holds=4800, after=2400,
        summary="kube-state-metrics (wellness/api-1): 6 pod restarts in 1h (> 3)",
        labels={"namespace": "wellness", "pod": "api-1"},
    ),
    LevelScenarios(
        "system.pod.replicas_missing",
        "kube-state-metrics",
        tuple(
            gauge(f'{name}{{service="kube-state-metrics", instance="k", namespace="wellness", deployment="api"}}', of)
            for name, of in (
                ("kube_deployment_spec_replicas", lambda _: 5),
                ("kube_deployment_status_replicas_available", lambda missing: 5 - missing),
            )
        ),
        low=0, under=0, high=2, creeps=0,
        summary="kube-state-metrics (wellness/api): 2 replicas missing (> 0)",
        labels={"namespace": "wellness", "deployment": "api"},
    ),
    LevelScenarios(
        "system.redis.memory_high",
        "redis",
        (
            gauge('redis_memory_used_bytes{service="redis", instance="r1"}'),
            gauge('redis_memory_max_bytes{service="redis", instance="r1"}', lambda _: 1),
        ),
        low=0.5, under=0.9, high=0.95,
        summary="redis (r1): memory used 95% (> 90%)",
        labels={"instance": "r1"},
    ),
    LevelScenarios(
        "system.firestore.failing_high",
        "stackdriver",
        (
            counter(f'{REQUESTS}{{{FIRESTORE}, response_code="OK"}}', lambda share: 9 * (1 - share)),
            counter(f'{REQUESTS}{{{FIRESTORE}, response_code="NOT_FOUND"}}', lambda share: 1 - share),
            counter(f'{REQUESTS}{{{FIRESTORE}, response_code="UNAVAILABLE"}}', lambda share: 10 * share),
        ),
        low=0.01, under=0.049, high=0.5,
        summary="stackdriver (wellness): 50% of Firestore requests failed (> 5%)",
        labels={"database_id": "wellness"},
    ),
)  # fmt: skip

MONITORING = (
    LevelScenarios(
        "meta.rules.failing",
        "prometheus",
        (counter(f'prometheus_rule_evaluation_failures_total{{{PROMETHEUS}, rule_group="g"}}'),),
        low=0, under=0, high=0.02,
        summary="prometheus: 6 rule evaluations failed (> 0)",
    ),
    LevelScenarios(
        "meta.series.high",
        "prometheus",
        (gauge(f"prometheus_tsdb_head_series{{{PROMETHEUS}}}"),),
        low=10_000, under=20_000, high=20_500,
        summary="prometheus: 20.5k series in memory (> 20k)",
    ),
    LevelScenarios(
        "meta.alerts.dropped_any",
        "prometheus",
        (counter(f'prometheus_notifications_dropped_total{{{PROMETHEUS}, alertmanager="a"}}'),),
        low=0, under=0, high=0.02,
        summary="prometheus: 6 alerts dropped (> 0)",
    ),
    LevelScenarios(
        "meta.config.refused",
        "prometheus",
        (gauge(f"prometheus_config_last_reload_successful{{{PROMETHEUS}}}"),),
        low=1, under=1, high=0, creeps=0,
        summary="prometheus: config reload failed, success 0 (< 1)",
    ),
    LevelScenarios(
        "meta.notifications.failing",
        "alertmanager",
        (
            counter(f"alertmanager_notifications_total{{{ALERTMANAGER}}}", lambda _: 0.1),
            counter(
                f'alertmanager_notifications_failed_total{{{ALERTMANAGER}, reason="clientError"}}',
                lambda share: 0.1 * share,
            ),
            # The relay of pictures is down all the time, and pages at no time.
            counter(f"alertmanager_notifications_total{{{RELAY}}}", lambda _: 0.1),
            counter(f'alertmanager_notifications_failed_total{{{RELAY}, reason="other"}}', lambda _: 0.1),
        ),
        low=0, under=0.049, high=0.5,
        summary="alertmanager (slack): 50% of notifications failed (> 5%)",
        labels={"integration": "slack"},
    ),
    LevelScenarios(
        "meta.scaler.blind",
        "keda",
        (
            counter(
                f'keda_scaler_detail_errors_total{{{KEDA}, scaler="prometheus", triggerIndex="0"}}'
            ),
        ),
        low=0, under=0, high=0.02,
        summary="keda (wellness/api): 6 scaler errors (> 0)",
        labels={"namespace": "wellness", "scaledObject": "api"},
    ),
    LevelScenarios(
        "meta.traces.lost_many",
        "collector",
        (
            counter(f'otelcol_receiver_accepted_spans{{{COLLECTOR}, receiver="otlp"}}', lambda _: 100),
            counter(f'otelcol_exporter_send_failed_spans{{{COLLECTOR}, exporter="g"}}', lambda share: 100 * share),
        ),
        low=0, under=0.049, high=0.2,
        summary="collector: 20% of spans dropped (> 5%)",
    ),
    LevelScenarios(
        "mixins.process.OpenFilesNearLimit",
        "prometheus",
        (
            gauge(f"process_open_fds{{{PROMETHEUS}}}"),
            gauge(f"process_max_fds{{{PROMETHEUS}}}", lambda _: 1),
        ),
        low=0.5, under=0.8, high=0.9,
        summary="prometheus (p1): 90% of file descriptors open (> 80%)",
        labels={"instance": "p1", "job": "prometheus"},
    ),
)  # fmt: skip

KINDS = (*MACHINES, *CLUSTER, *MONITORING)
CASES = tuple(scenario for kind in KINDS for scenario in kind.scenarios())
