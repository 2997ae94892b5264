"""What a cluster holds of the things that a stack would make or use, read from its API server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.verify.cluster.api import ApiServer, RefusedError

from ..settings import Settings
from .owners import is_ours
from .workloads import FoundWorkload

Found = Mapping[str, Any]
Address = tuple[str, str, str, str | None]
"""apiVersion, kind, name and namespace of an object."""

OPERATOR_GROUP, KEDA_GROUP = "monitoring.coreos.com", "keda.sh"
OF_OPERATOR = tuple(
    f"{plural}.{OPERATOR_GROUP}"
    for plural in (
        *("alertmanagerconfigs", "alertmanagers", "podmonitors", "probes", "prometheusagents", "prometheuses"),
        *("prometheusrules", "scrapeconfigs", "servicemonitors", "thanosrulers"),
    )
)
OF_KEDA = tuple(
    f"{plural}.{KEDA_GROUP}"
    for plural in (
        *("scaledobjects", "scaledjobs", "triggerauthentications", "clustertriggerauthentications"),
        *("cloudeventsources.eventing", "clustercloudeventsources.eventing"),
    )
)
"""The definitions that the charts of the Prometheus operator and of KEDA install."""
_DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_EXTERNAL_METRICS = ("apiregistration.k8s.io/v1", "APIService", "v1beta1.external.metrics.k8s.io", None)
_WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet")
GATEWAY_API = "gateway.networking.k8s.io/v1"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found.

    Attributes:
        definitions: Custom resource definitions of the two operators, by name.
        workloads: Every program that runs.
        prometheuses: Objects of the kind Prometheus.
        external_metrics: Who answers for external metrics, which only one can.
        storage_classes: By name.
        ingress_classes: By name.
        gateway: The Gateway that the stack file names.
        gateways: Whether Gateways are known at all.
        namespaces: By name.
        planned: Objects that stand where the stack would put one, by address.
    """

    definitions: Mapping[str, Found]
    workloads: tuple[FoundWorkload, ...]
    prometheuses: tuple[Found, ...]
    external_metrics: Found | None
    storage_classes: Mapping[str, Found]
    ingress_classes: Mapping[str, Found]
    gateway: Found | None
    gateways: bool
    namespaces: Mapping[str, Found]
    planned: Mapping[Address, Found]


def take_inventory(server: ApiServer, settings: Settings, planned: Iterable[Address]) -> Inventory:
    """Read it.

    Args:
        server: The API server.
        settings: The stack's settings.
        planned: Where the stack would put its objects.

    Raises:
        VitalsError: The server does not answer, or the user may not look.
    """
    try:
        return _read(server, settings, planned)
    except RefusedError as error:
        raise VitalsError(
            f"The cluster cannot be compared with the stack file: {str(error).rstrip('.')}. Nothing was created. "
            "Sign in as a user who may read definitions, workloads, storage classes and namespaces of the whole "
            "cluster, as one needs to who installs, then run again."
        ) from error
    except httpx.HTTPError as error:
        raise VitalsError(
            f"The cluster stopped answering while it was compared with the stack file: {error}. Nothing was created. "
            "Run again when it answers."
        ) from error


def _read(server: ApiServer, settings: Settings, planned: Iterable[Address]) -> Inventory:
    definitions = {name: server.get(*_DEFINITION, name) for name in (*OF_OPERATOR, *OF_KEDA)}
    namespaces = _by_name(server.listed("v1", "Namespace"))
    named = settings.grafana_ingress.gateway if settings.grafana_ingress else None
    gateways = server.serves(GATEWAY_API, "Gateway")
    return Inventory(
        definitions={name: one for name, one in definitions.items() if one is not None},
        workloads=tuple(
            # An item of a list does not say of which kind it is.
            FoundWorkload({**one, "kind": kind})
            for kind in _WORKLOADS
            for one in server.listed("apps/v1", kind)
        ),
        prometheuses=tuple(server.listed(f"{OPERATOR_GROUP}/v1", "Prometheus")),
        external_metrics=server.get(*_EXTERNAL_METRICS),
        storage_classes=_by_name(server.listed("storage.k8s.io/v1", "StorageClass")),
        ingress_classes=_by_name(server.listed("networking.k8s.io/v1", "IngressClass")),
        gateway=server.get(GATEWAY_API, "Gateway", named.name, named.namespace) if named and gateways else None,
        gateways=gateways,
        namespaces=namespaces,
        planned={
            address: one
            for address in planned
            if _may_be_taken(address, namespaces)
            and server.serves(*address[:2])
            and (one := server.get(*address)) is not None
        },
    )


def _may_be_taken(address: Address, namespaces: Mapping[str, Found]) -> bool:
    """Whether others may have an object there: in a namespace that a stack made, all is of a stack."""
    namespace = address[3]
    return namespace is None or (namespace in namespaces and not is_ours(namespaces[namespace]))


def _by_name(found: Iterable[Found]) -> dict[str, Found]:
    return {str(one["metadata"]["name"]): one for one in found}
