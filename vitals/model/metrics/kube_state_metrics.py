"""kube-state-metrics: what the Kubernetes API says about pods, deployments, claims on volumes and autoscalers.

Source: https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics, and for autoscalers its
internal/store/horizontalpodautoscaler.go: a condition has one series for each status, of which one is 1; a metric of
an autoscaler has one series for each way in which its target is said.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import EVERYTHING_WITHIN, Endpoint, Exporter, counter, gauge
from vitals.model.metrics.kubelet import CLAIM, CONTAINER
from vitals_telemetry.contract import Label

_DEPLOYMENT = (
    Label("namespace", "Kubernetes namespace.", most=50, expected=4),
    Label("deployment", "Name of the deployment.", most=200, expected=4),
)
_AUTOSCALER = (
    Label("namespace", "Kubernetes namespace.", most=50, expected=1),
    Label("horizontalpodautoscaler", "Name of the autoscaler.", most=200, expected=2),
)
_AUTOSCALER_METRIC = (
    *_AUTOSCALER,
    Label("metric_name", "Name of a metric that it follows.", most=20, expected=3),
    Label("metric_target_type", "How its target is said: value, average or utilization.", most=3, expected=1),
    Label("container", "Container that is measured; empty for the whole pod.", most=10, expected=1),
)
_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_UID = Label("uid", "Identity of the pod.", most=500, expected=1)

KUBE_STATE_METRICS = Exporter(
    name="kube-state-metrics",
    description="What the Kubernetes API says about pods, deployments, volume claims and autoscalers.",
    endpoint=Endpoint(pod_port=8080, timeout=EVERYTHING_WITHIN),
    not_scraped={
        "kube_state_metrics_": (
            "kube-state-metrics counts its own lists, watches and shards on a second port, telemetry, and no job "
            "scrapes that one."
        )
    },
    metrics=(
        counter("kube_pod_container_status_restarts_total", "Restarts of a container.", *CONTAINER, _UID),
        gauge("kube_deployment_spec_replicas", "Replicas wanted.", *_DEPLOYMENT),
        gauge("kube_deployment_status_replicas_available", "Replicas that can work.", *_DEPLOYMENT),
        gauge(
            "kube_pod_spec_volumes_persistentvolumeclaims_info",
            "1 for each volume of a pod that is a claim.",
            *CLAIM,
            Label("pod", "Name of the pod.", most=500, expected=2),
            Label("volume", "Name of the volume in the pod.", most=10, expected=1),
            _UID,
        ),
        gauge(
            "kube_persistentvolumeclaim_status_phase",
            "1 for the phase that a claim is in.",
            *CLAIM,
            Label("phase", "Whether it has its volume.", most=3, values=("Pending", "Bound", "Lost"), expected=3),
        ),
        gauge(
            "kube_persistentvolumeclaim_access_mode",
            "1 for each mode that a claim asks for.",
            *CLAIM,
            Label("access_mode", "Who may mount it, and how.", most=4, values=_MODES, expected=1),
        ),
        gauge("kube_horizontalpodautoscaler_spec_min_replicas", "Fewest replicas.", *_AUTOSCALER),
        gauge("kube_horizontalpodautoscaler_spec_max_replicas", "Most replicas.", *_AUTOSCALER),
        gauge("kube_horizontalpodautoscaler_status_current_replicas", "Replicas that run.", *_AUTOSCALER),
        gauge("kube_horizontalpodautoscaler_status_desired_replicas", "Replicas wanted.", *_AUTOSCALER),
        gauge(
            "kube_horizontalpodautoscaler_status_condition",
            "1 for the status that a condition has.",
            *_AUTOSCALER,
            Label("condition", "What is asked.", 3, ("AbleToScale", "ScalingActive", "ScalingLimited"), 3),
            Label("status", "What it is.", most=3, values=("true", "false", "unknown"), expected=3),
        ),
        gauge("kube_horizontalpodautoscaler_spec_target_metric", "What a metric may be.", *_AUTOSCALER_METRIC),
        gauge("kube_horizontalpodautoscaler_status_target_metric", "What a metric is.", *_AUTOSCALER_METRIC),
    ),
)
