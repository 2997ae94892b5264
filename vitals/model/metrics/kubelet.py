"""The kubelet's cAdvisor: what the containers of one node use.

It is asked on its own port and path, with the credentials of Prometheus' service account. The operator keeps a Service
of that name in step with the nodes. GKE Autopilot refuses the access; there Google's own collection takes its place.
Source: https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md.
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
