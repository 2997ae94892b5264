"""The kubelet of a node: what containers use, from its cAdvisor, and how full their volumes are, from itself.

It is asked on its own port, with the credentials of Prometheus' service account. The operator keeps a Service of its
name in step with the nodes. GKE Autopilot refuses the access; there Google's own collection takes its place.
Containers and volumes are two exporters, because they have two paths: on one, both would have the same ``up``.

Volumes: a kubelet measures each volume with a claim that a pod on its node has mounted, once a minute
(``volumeStatsAggPeriod``). A claim that no pod uses has no series, nor has a ``hostPath``, which is what the local-path
provisioner makes. A block volume shows its capacity and nothing used; a driver that knows no inodes shows 0 or none.
Sources: https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md;
https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/metrics/collectors/volume_stats.go.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import EVERYTHING_WITHIN, Endpoint, Exporter, counter, gauge
from vitals_telemetry.contract import Label, Unit

CONTAINER = (
    Label("namespace", "Kubernetes namespace.", most=50, expected=4),
    Label("pod", "Name of the pod.", most=500, expected=4),
    Label("container", "Name of the container; empty for the pod as a whole.", most=10, expected=2),
)
_CONTAINER = (
    *CONTAINER,
    Label("id", "Path of the control group.", most=2000, expected=1),
    Label("image", "Image of the container.", most=200, expected=1),
    Label("name", "Name that the runtime gave it.", most=2000, expected=1),
)

KUBELET = Exporter(
    name="kubelet",
    description="The containers of each cluster node, as the kubelet measures them.",
    metrics=(
        gauge("container_memory_working_set_bytes", "Memory that counts.", *_CONTAINER, unit=Unit.BYTES),
        gauge("container_spec_memory_limit_bytes", "Memory limit; 0 is none.", *_CONTAINER, unit=Unit.BYTES),
        counter("container_cpu_cfs_periods_total", "Scheduling periods with a limit.", *_CONTAINER),
        counter("container_cpu_cfs_throttled_periods_total", "Those in which it was held back.", *_CONTAINER),
    ),
    endpoint=Endpoint(port="https-metrics", path="/metrics/cadvisor", scheme="https", timeout=EVERYTHING_WITHIN),
)

CLAIM = (
    Label("namespace", "Kubernetes namespace.", most=50, expected=3),
    Label("persistentvolumeclaim", "Name of the claim on a volume.", most=100, expected=2),
)

KUBELET_VOLUMES = Exporter(
    name="kubelet-volumes",
    description="The volumes of each cluster node's pods, as the kubelet measures them.",
    metrics=(
        gauge("kubelet_volume_stats_capacity_bytes", "Size of a volume.", *CLAIM, unit=Unit.BYTES),
        gauge("kubelet_volume_stats_available_bytes", "What can still be written.", *CLAIM, unit=Unit.BYTES),
        gauge("kubelet_volume_stats_used_bytes", "What is written; 0 of a block volume.", *CLAIM, unit=Unit.BYTES),
        gauge("kubelet_volume_stats_inodes", "Files that it can hold.", *CLAIM),
        gauge("kubelet_volume_stats_inodes_free", "Files that can still be made.", *CLAIM),
        gauge("kubelet_volume_stats_inodes_used", "Files that are there.", *CLAIM),
    ),
    # The same answer holds some thousand series of the kubelet's own work, which nothing here reads.
    endpoint=Endpoint(
        port="https-metrics",
        scheme="https",
        timeout=EVERYTHING_WITHIN,
        slow=True,
        app="kubelet",
        keeps="kubelet_volume_stats_.*",
    ),
)
