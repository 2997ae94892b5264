"""The OpenTelemetry collector: takes traces and logs from services and carries them to Cloud Trace and Cloud Logging.

Its own metrics keep the names that the contract declares: the reader is set to add no suffix and no unit.
References: https://opentelemetry.io/docs/collector/configuration/ and
https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/googlecloudexporter.
"""

from __future__ import annotations

import hashlib
from typing import Any

import yaml

from .charts import Image
from .component_group import Manifest
from .labels import labels, selector
from .pods import container_security, deployment, disruption_budget, service

NAME = "collector"
GRPC, HTTP, METRICS, HEALTH = 4317, 4318, 8888, 13133
REPLICAS = 2
MEMORY_MIB = 512


def collector(namespace: str, project: str, image: Image) -> list[Manifest]:
    """The collector with its configuration, its Service and its disruption budget.

    Args:
        namespace: Where it runs.
        project: The Google project that gets traces and logs.
        image: Of the program.
    """
    config = yaml.safe_dump(_configuration(project), sort_keys=False)
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": namespace, "labels": labels(NAME, "configuration")},
            "data": {"collector.yaml": config},
        },
        service(NAME, namespace, selector(NAME), {"otlp-grpc": GRPC, "otlp-http": HTTP, "metrics": METRICS}),
        disruption_budget(NAME, namespace, selector(NAME)),
        _deployment(namespace, image, hashlib.sha256(config.encode()).hexdigest()),
    ]


def _configuration(project: str) -> dict[str, Any]:
    prometheus = {
        "host": "0.0.0.0",  # noqa: S104 - a pod of its own, behind a network policy
        "port": METRICS,
        "without_scope_info": True,
        "without_type_suffix": True,
        "without_units": True,
        "with_resource_constant_labels": {"included": ["service.instance.id", "service.name", "service.version"]},
    }
    pipeline = {
        "receivers": ["otlp"],
        "processors": ["memory_limiter", "batch"],
        "exporters": ["googlecloud"],
    }
    return {
        "receivers": {
            "otlp": {"protocols": {"grpc": {"endpoint": f"0.0.0.0:{GRPC}"}, "http": {"endpoint": f"0.0.0.0:{HTTP}"}}}
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 20},
            "batch": {"timeout": "5s", "send_batch_size": 200, "send_batch_max_size": 200},
        },
        "exporters": {"googlecloud": {"project": project, "sending_queue": {"enabled": True, "queue_size": 1000}}},
        "extensions": {"health_check": {"endpoint": f"0.0.0.0:{HEALTH}"}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {"traces": pipeline, "logs": pipeline},
            "telemetry": {
                "metrics": {"level": "normal", "readers": [{"pull": {"exporter": {"prometheus": prometheus}}}]}
            },
        },
    }


def _deployment(namespace: str, image: Image, digest: str) -> Manifest:
    return deployment(
        NAME,
        namespace,
        [_container(image)],
        component="traces",
        job=NAME,
        version=image.version,
        replicas=REPLICAS,
        volumes=[{"name": "configuration", "configMap": {"name": NAME}}],
        annotations={"vitals/configuration": digest},
    )


def _container(image: Image) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/", "port": HEALTH}}
    ports = {"otlp-grpc": GRPC, "otlp-http": HTTP, "metrics": METRICS}
    return {
        "name": NAME,
        "image": image.reference,
        "args": ["--config=/etc/collector/collector.yaml"],
        "ports": [{"name": name, "containerPort": port} for name, port in ports.items()],
        "securityContext": container_security(),
        "resources": {
            "requests": {"cpu": "100m", "memory": f"{MEMORY_MIB}Mi"},
            "limits": {"memory": f"{MEMORY_MIB}Mi"},
        },
        "readinessProbe": probe,
        "livenessProbe": probe,
        "volumeMounts": [{"name": "configuration", "mountPath": "/etc/collector", "readOnly": True}],
    }
