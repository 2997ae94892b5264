"""Grafana behind an ingress that is there: an Ingress for a controller, or a route of a Gateway.

References: https://kubernetes.io/docs/concepts/services-networking/ingress/ and
https://gateway-api.sigs.k8s.io/api-types/httproute/.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from vitals.rendered import Rendered

from ..settings import GrafanaIngress
from .component_group import Manifest
from .grafana import NAME
from .labels import labels
from .places import PRIVATE, Place, Pods

_GRAFANA_PORT = 80
"""Of Grafana's Service, as its chart makes it."""


def shared_ingress(rendered: Rendered, wanted: GrafanaIngress) -> list[Manifest]:
    """What brings people from that ingress to Grafana.

    Args:
        rendered: The environment: it says at which address people look for Grafana.
        wanted: Which.
    """
    host = urlsplit(rendered.operator.dashboards_url).hostname
    metadata = {"name": NAME, "namespace": rendered.operator.namespace, "labels": labels(NAME, "ingress")}
    if (controller := wanted.controller) is not None:
        backend = {"service": {"name": NAME, "port": {"number": _GRAFANA_PORT}}}
        tls = [{"hosts": [host], "secretName": controller.certificate}] if controller.certificate else []
        annotated = {"annotations": {**controller.annotations, "pulumi.com/skipAwait": "true"}}
        return [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {**metadata, **annotated},
                "spec": {
                    "ingressClassName": controller.class_name,
                    **({"tls": tls} if tls else {}),
                    "rules": [
                        {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
                    ],
                },
            }
        ]
    return [_route(metadata, wanted, host)] if wanted.gateway else []


def people_come_from(wanted: GrafanaIngress | None) -> Place | None:
    """Whence requests reach Grafana: from the controller's pods, or from a load balancer beside the cluster."""
    if wanted is None:
        return None
    return Pods("ingress", {}, wanted.pods_in, ours=False) if wanted.pods_in else PRIVATE


def _route(metadata: dict[str, Any], wanted: GrafanaIngress, host: str | None) -> Manifest:
    gateway = wanted.gateway
    parent = {"group": "gateway.networking.k8s.io", "kind": "Gateway"}
    if gateway is not None:
        parent |= {"name": gateway.name, "namespace": gateway.namespace}
        if gateway.listener:
            parent["sectionName"] = gateway.listener
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata,
        "spec": {
            "parentRefs": [parent],
            "hostnames": [host],
            "rules": [{"backendRefs": [{"group": "", "kind": "Service", "name": NAME, "port": _GRAFANA_PORT}]}],
        },
    }
