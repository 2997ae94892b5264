"""Grafana behind a door that is there: an Ingress for a controller, or a route of a Gateway.

References: https://kubernetes.io/docs/concepts/services-networking/ingress/ and
https://gateway-api.sigs.k8s.io/api-types/httproute/.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from vitals.rendered import Rendered

from ..settings import Entrance
from .component_group import Manifest
from .grafana import NAME
from .labels import labels
from .places import PRIVATE, Place, Pods

_GRAFANA_PORT = 80
"""Of Grafana's Service, as its chart makes it."""


def shared_entrance(rendered: Rendered, entrance: Entrance) -> list[Manifest]:
    """What brings people from that door to Grafana.

    Args:
        rendered: The environment: it says at which address people look for Grafana.
        entrance: The door.
    """
    host = urlsplit(rendered.operator.dashboards_url).hostname
    metadata = {"name": NAME, "namespace": rendered.operator.namespace, "labels": labels(NAME, "ingress")}
    if (controller := entrance.ingress) is not None:
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
    return [_route(metadata, entrance, host)] if entrance.gateway else []


def people_come_from(entrance: Entrance | None) -> Place | None:
    """Whence requests reach Grafana: from the controller's pods, or from a load balancer beside the cluster."""
    if entrance is None:
        return None
    return Pods("entrance", {}, entrance.pods_in, ours=False) if entrance.pods_in else PRIVATE


def _route(metadata: dict[str, Any], entrance: Entrance, host: str | None) -> Manifest:
    door = entrance.gateway
    parent = {"group": "gateway.networking.k8s.io", "kind": "Gateway"}
    if door is not None:
        parent |= {"name": door.name, "namespace": door.namespace}
        if door.listener:
            parent["sectionName"] = door.listener
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
