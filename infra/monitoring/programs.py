"""The programs of the stack as others see them: the labels of their pods, and the ports on which they answer.

Labels and ports are facts of what makes the pods: our own objects, the Prometheus operator, and the charts.
"""

from __future__ import annotations

from collections.abc import Mapping

from .labels import PART_OF, selector

PROMETHEUS = {"app.kubernetes.io/name": "prometheus", **PART_OF}
ALERTMANAGER = {"app.kubernetes.io/name": "alertmanager", **PART_OF}
"""As the operator labels what it makes, and as our objects have it label ours: others may have some beside them."""
GRAFANA = {"app.kubernetes.io/name": "grafana"}
OPERATOR = {"app": "kube-prometheus-stack-operator"}
KUBE_STATE_METRICS = {"app.kubernetes.io/name": "kube-state-metrics"}
NODE_EXPORTER = {"app.kubernetes.io/name": "prometheus-node-exporter"}
STACKDRIVER_EXPORTER = {"app.kubernetes.io/name": "prometheus-stackdriver-exporter"}
KEDA_OPERATOR = {"app": "keda-operator"}
KEDA_METRICS = {"app": "keda-operator-metrics-apiserver"}
KEDA_WEBHOOKS = {"app": "keda-admission-webhooks"}
"""As the charts label their pods."""
COLLECTOR = selector("collector")
REDIS_EXPORTER = selector("redis-exporter")
LOAD_TEST = selector("load-test")
FORESIGHT = selector("foresight")
PICTURES = selector("pictures")
OF_CHARTS: tuple[Mapping[str, str], ...] = (
    GRAFANA,
    OPERATOR,
    KUBE_STATE_METRICS,
    NODE_EXPORTER,
    STACKDRIVER_EXPORTER,
    KEDA_OPERATOR,
    KEDA_METRICS,
    KEDA_WEBHOOKS,
)
"""Pods that a chart makes; `make test-charts` finds each of them in what the charts really make."""

HTTPS, DNS = 443, 53
API_SERVER = (443, 6443)
METADATA_PORTS = (80, 988)
QUERIES = 9090
"""Where Prometheus answers, and the front end of Google's."""
ALERTS, GOSSIP = 9093, 9094
"""Where Alertmanager takes alerts, and where its replicas inform each other of notifications."""
DASHBOARDS = 3000
KUBELET, NODE = 10250, 9100
"""On a node's own address: cAdvisor behind the kubelet, and the node exporter."""
STATE, STACKDRIVER, REDIS, SCALER = 8080, 9255, 9121, 8080
"""Where exporters answer; the last is the autoscaler's own metrics."""
SCALER_METRICS, EXTERNAL_METRICS, WEBHOOKS = 9666, 6443, 9443
"""Of KEDA: operator to metrics server, and the two on which the API server calls."""
OTLP, COLLECTOR_METRICS = (4317, 4318), 8888
FORECASTS = 9814
"""Where the foresight service has its metrics."""
PICTURES_PORT = 9815
"""Where the relay of pictures takes what Alertmanager sends, and has its metrics."""
