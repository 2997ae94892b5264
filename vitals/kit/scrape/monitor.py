"""The same jobs as ServiceMonitor objects for the Prometheus operator.

The operator sets target labels of its own. One of them, ``endpoint``, is also a label of our metrics: left alone,
Prometheus would rename ours to ``exported_endpoint`` and every rule by endpoint would be green on a laptop and dead on
the cluster. Such labels are dropped from the target.
"""

from __future__ import annotations

from vitals.kit.scrape.job import METRIC_NAME, Job
from vitals.model.conventions import JOB, SERVICE
from vitals.model.metrics import EXPORTERS, USUAL

NAME_LABEL = "app.kubernetes.io/name"
OPERATOR_LABELS = frozenset({"container", "endpoint", "job", "namespace", "node", "pod", "service"})
"""The target labels that the operator's generated configuration sets for a ServiceMonitor."""
SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - a path, no password
"""Where Kubernetes puts the credentials of Prometheus' own pod."""
_OURS = frozenset({JOB, SERVICE})
TAKES_NATIVE = "__scrape_native_histograms__"
_NATIVE = {"action": "replace", "targetLabel": TAKES_NATIVE, "replacement": "true"}
"""Prometheus takes native histograms of a target that has this label, from 3.13 on. The monitor's own field for it is
newer than the operator that judges our objects."""
_FORMATS = (
    "PrometheusProto",
    "OpenMetricsText1.0.0",
    "OpenMetricsText0.0.1",
    "PrometheusText1.0.0",
    "PrometheusText0.0.4",
)
"""Protobuf first, the only format that carries native histograms; the others in Prometheus' own order."""


def service_monitor(job: Job, namespace: str) -> dict[str, object]:
    """The ServiceMonitor of a job; it selects Services by ``app.kubernetes.io/name`` and a named port.

    Args:
        job: What to scrape.
        namespace: Where the object itself lives; targets may live in any namespace.
    """
    clashes = sorted((OPERATOR_LABELS - _OURS) & job.emitted_labels)
    relabelings: list[dict[str, object]] = [
        {"action": "replace", "targetLabel": label, "replacement": job.name} for label in sorted(_OURS)
    ]
    if clashes:
        relabelings.append({"action": "labeldrop", "regex": "|".join(clashes)})
    if job.native_histograms:
        relabelings.append(dict(_NATIVE))
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": job.name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": {NAME_LABEL: job.app or job.name}},
            "namespaceSelector": {"matchNames": [job.namespace]} if job.namespace else {"any": True},
            "endpoints": [
                {
                    "port": job.endpoint.port,
                    "interval": job.interval,
                    "scrapeTimeout": job.timeout,
                    **_asked_differently(job),
                    "relabelings": relabelings,
                    **_kept(job),
                }
            ],
            **({"scrapeProtocols": list(_FORMATS)} if job.native_histograms else {}),
        },
    }


def _asked_differently(job: Job) -> dict[str, object]:
    """Path where it is unusual, and ``https``, whose certificate is a node's or a pod's own and known to no one.

    Exporters of the cluster also want the credentials of Prometheus. A service never gets them: it could use them.
    """
    endpoint = job.endpoint
    found: dict[str, object] = {"path": endpoint.path} if endpoint.path != USUAL.path else {}
    if endpoint.scheme == "https":
        found |= {"scheme": "https"}
        found |= {"bearerTokenFile": SERVICE_ACCOUNT_TOKEN} if job.name in EXPORTERS else {}
        found |= {"tlsConfig": {"insecureSkipVerify": True}}
    return found


def _kept(job: Job) -> dict[str, object]:
    """What is stored of an answer that holds much more."""
    keeps = job.endpoint.keeps
    rule = {"action": "keep", "sourceLabels": [METRIC_NAME], "regex": keeps}
    return {"metricRelabelings": [rule]} if keeps else {}
