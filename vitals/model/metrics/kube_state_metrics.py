"""kube-state-metrics: what the Kubernetes API says about pods and deployments.

Source: https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import EVERYTHING_WITHIN, Endpoint, Exporter, counter, gauge
from vitals.model.metrics.kubelet import CONTAINER
from vitals_telemetry.contract import Label

_DEPLOYMENT = (
    Label("namespace", "Kubernetes namespace.", most=50, expected=4),
    Label("deployment", "Name of the deployment.", most=200, expected=4),
)
_UID = Label("uid", "Identity of the pod.", most=500, expected=1)

KUBE_STATE_METRICS = Exporter(
    name="kube-state-metrics",
    description="What the Kubernetes API says about pods and deployments.",
    endpoint=Endpoint(pod_port=8080, timeout=EVERYTHING_WITHIN),
    metrics=(
        counter("kube_pod_container_status_restarts_total", "Restarts of a container.", *CONTAINER, _UID),
        gauge("kube_deployment_spec_replicas", "Replicas wanted.", *_DEPLOYMENT),
        gauge("kube_deployment_status_replicas_available", "Replicas that can work.", *_DEPLOYMENT),
    ),
)
