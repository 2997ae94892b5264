"""The front end by which Grafana and KEDA query Google's managed Prometheus: Prometheus' own API, without a password.

It signs each query with its service account, so its callers need no rights at Google. Its Service has the name that a
Prometheus of ours would have: a caller does not know which of the two answers.
Reference: https://cloud.google.com/stackdriver/docs/managed-prometheus/query-api-ui#ui-prometheus.
"""

from __future__ import annotations

from ..workloads import QUERY_FRONTEND_ACCOUNT as NAME
from .back_end import QUERY_FRONTEND
from .charts import Image
from .component_group import Manifest
from .pods import container_security, deployment, disruption_budget, service
from .programs import QUERIES
from .prometheus import NAME as PROMETHEUS

REPLICAS = 2


def query_frontend(namespace: str, project: str, image: Image) -> list[Manifest]:
    """The front end with its Service and its disruption budget.

    Args:
        namespace: Where it runs.
        project: The Google project whose metrics it shows.
        image: Of the program.
    """
    container = {
        "name": NAME,
        "image": image.reference,
        "args": [f"--web.listen-address=:{QUERIES}", f"--query.project-id={project}"],
        "ports": [{"name": "queries", "containerPort": QUERIES}],
        "securityContext": container_security(),
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": QUERIES}},
        "livenessProbe": {"httpGet": {"path": "/-/healthy", "port": QUERIES}},
    }
    return [
        service(PROMETHEUS, namespace, QUERY_FRONTEND, {"queries": QUERIES}),
        disruption_budget(NAME, namespace, QUERY_FRONTEND),
        deployment(NAME, namespace, [container], component="metrics", version=image.version, replicas=REPLICAS),
    ]
