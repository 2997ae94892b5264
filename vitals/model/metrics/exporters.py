"""Every exporter that an environment may name; each is described in a file of its own.

Those that run on one machine are held against a real scrape in tests. The others (kubelet, kubelet-volumes,
kube-state-metrics, redis, stackdriver, keda, collector) run on a cluster only: their descriptions follow the sources
that their files name, and how many values their labels take is an assumption for a small platform until it is counted
on a cluster.
"""

from __future__ import annotations

from vitals.model.metrics.alertmanager import ALERTMANAGER
from vitals.model.metrics.collector import COLLECTOR
from vitals.model.metrics.foresight import FORESIGHT
from vitals.model.metrics.keda import KEDA
from vitals.model.metrics.kube_state_metrics import KUBE_STATE_METRICS
from vitals.model.metrics.kubelet import KUBELET, KUBELET_VOLUMES
from vitals.model.metrics.node import NODE
from vitals.model.metrics.pictures import PICTURES
from vitals.model.metrics.prometheus import PROMETHEUS
from vitals.model.metrics.redis import REDIS
from vitals.model.metrics.stackdriver import STACKDRIVER

EXPORTERS = {
    exporter.name: exporter
    for exporter in (
        PROMETHEUS,
        ALERTMANAGER,
        NODE,
        KUBELET,
        KUBELET_VOLUMES,
        KUBE_STATE_METRICS,
        REDIS,
        STACKDRIVER,
        KEDA,
        COLLECTOR,
        FORESIGHT,
        PICTURES,
    )
}
"""By the name that the catalogue uses."""
