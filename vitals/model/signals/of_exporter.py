"""Which signals an exporter has, and what an exporter is to rules: targets with an owner, which promise nothing.

Rules, bounds and links need of whatever they watch a name, an owner and how often it is scraped. An exporter has all
three, so it is watched as a service without an API and without objectives, owned by the operators of the monitoring.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.model.catalog import Environment, Service
from vitals.model.metrics import EXPORTERS
from vitals.model.signals import cluster, forecast, meta, scaling, system, volumes
from vitals.model.signals.signal import Signal

OF_EXPORTER: Mapping[str, tuple[Signal, ...]] = {
    "node": (*system.SIGNALS, *forecast.SIGNALS),
    "prometheus": meta.OF_PROMETHEUS,
    "alertmanager": meta.OF_ALERTMANAGER,
    "kubelet": cluster.OF_KUBELET,
    "kubelet-volumes": (*volumes.OF_KUBELET_VOLUMES, *forecast.OF_KUBELET_VOLUMES),
    "kube-state-metrics": (
        *cluster.OF_KUBE_STATE_METRICS,
        *volumes.OF_KUBE_STATE_METRICS,
        *scaling.OF_KUBE_STATE_METRICS,
    ),
    "redis": cluster.OF_REDIS,
    "stackdriver": cluster.OF_STACKDRIVER,
    "keda": (*meta.OF_KEDA, *scaling.OF_KEDA),
    "collector": meta.OF_COLLECTOR,
    "pictures": meta.OF_PICTURES,
}
"""What each exporter alone can answer."""


def watched_exporters(environment: Environment) -> tuple[Service, ...]:
    """The exporters of an environment as rules watch them."""
    return tuple(
        Service(name=name, owner=environment.operators, description=EXPORTERS[name].description, replicas=1)
        for name in environment.scraped_exporters
    )


def signals_of_exporter(name: str) -> tuple[Signal, ...]:
    """Every signal of an exporter, in the order in which their rules must be evaluated.

    One that is asked at the slow pace is not held to the usual pace of scrapes.
    """
    scraped = () if EXPORTERS[name].endpoint.slow else meta.OF_TARGETS
    return (meta.EXPORTER_UP, *scraped, *OF_EXPORTER.get(name, ()))
