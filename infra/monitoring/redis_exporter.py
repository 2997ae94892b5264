"""The exporter of the platform's Redis; it finds the server by the address that the stack file names."""

from __future__ import annotations

from .charts import Image
from .component_group import Manifest
from .labels import selector
from .namespaces import service_account
from .pods import container_security, deployment, service

NAME, JOB, PORT = "redis-exporter", "redis", 9121


def redis_exporter(namespace: str, address: str, image: Image) -> list[Manifest]:
    """The exporter and the Service by which its monitor finds it.

    Args:
        namespace: Where it runs.
        address: ``HOST:PORT`` of the Redis.
        image: Of the program.
    """
    probe = {"httpGet": {"path": "/health", "port": PORT}}
    container = {
        "name": NAME,
        "image": image.reference,
        "args": [f"--redis.addr=redis://{address}"],
        "ports": [{"name": "metrics", "containerPort": PORT}],
        "securityContext": container_security(),
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
        "readinessProbe": probe,
        "livenessProbe": probe,
    }
    return [
        service_account(NAME, namespace),
        service(JOB, namespace, selector(NAME), {"metrics": PORT}, headless=True),
        deployment(NAME, namespace, [container], component="metrics", job=JOB, version=image.version, replicas=1),
    ]
