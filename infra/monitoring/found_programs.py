"""Where the programs that charts usually bring are in this cluster: brought by us, or there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.rendered import Rendered

from ..settings import ExistingParts, ExistingPods
from . import programs as on
from .namespaces import KEDA, NODES
from .places import Pods


@dataclass(frozen=True, slots=True)
class Scraped:
    """Pods with metrics.

    Attributes:
        pods: Which pods.
        port: Where their metrics are.
    """

    pods: Pods
    port: int


def grafana(rendered: Rendered, existing: ExistingParts) -> Pods:
    """Who asks for series and shows silences."""
    if (there := existing.grafana) is not None:
        return Pods("grafana", there.labels, there.namespace, ours=False)
    return Pods("grafana", on.GRAFANA, rendered.operator.namespace)


def kube_state_metrics(rendered: Rendered, existing: ExistingParts) -> Scraped:
    """Who says what the API server says."""
    return _scraped(
        "kube-state-metrics", existing.kube_state_metrics, on.KUBE_STATE_METRICS, rendered.operator.namespace, on.STATE
    )


def node_exporter(existing: ExistingParts) -> Scraped:
    """Who says how the nodes are."""
    return _scraped("node-exporter", existing.node_exporter, on.NODE_EXPORTER, NODES, on.NODE)


def keda_operator(existing: ExistingParts) -> Scraped:
    """Who asks for the load of services, and says whether that went well."""
    return _scraped("keda-operator", existing.keda, on.KEDA_OPERATOR, KEDA, on.SCALER)


def _scraped(name: str, there: ExistingPods | None, labels: Mapping[str, str], namespace: str, port: int) -> Scraped:
    if there is None:
        return Scraped(Pods(name, labels, namespace), port)
    return Scraped(Pods(name, there.labels, there.namespace, ours=False), there.port or port)
