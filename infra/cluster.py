"""What the Kubernetes half needs to know of the place where it runs, be it made by us or there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes


@dataclass(frozen=True, slots=True)
class OnGoogle:
    """What exists beside the cluster where it was made in a Google project.

    Attributes:
        project: The project's id.
        region: Its region.
        secrets: Secret Manager's name of each secret file, ``projects/<project>/secrets/<id>``.
        address: Name of the global address for the Gateway; None where there is another ingress.
        certificate_map: Name of the certificate map for the Gateway; None where there is another ingress.
        database: The demo's Firestore database, ``projects/<project>/databases/<name>``, where there is one.
        outputs: What a person needs to know next, by the name under which the stack shows it.
    """

    project: str
    region: str
    secrets: Mapping[str, str]
    address: pulumi.Output[str] | None
    certificate_map: pulumi.Output[str] | None
    database: pulumi.Output[str] | None
    outputs: Mapping[str, pulumi.Input[object]]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster to install on.

    Attributes:
        provider: Reaches it, once it has nodes; every Kubernetes resource must use it.
        google: The Google project around it, or None for a cluster that was there already.
    """

    provider: kubernetes.Provider
    google: OnGoogle | None


def reach(
    *,
    context: str | None = None,
    kubeconfig: pulumi.Input[str] | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> kubernetes.Provider:
    """The provider for a cluster, by a context of the kubeconfig or by a kubeconfig of its own.

    Objects are applied by the server, and a changed ConfigMap or Secret is changed in place: what reads it reloads.
    """
    return kubernetes.Provider(
        "kubernetes",
        context=context,
        kubeconfig=kubeconfig,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        opts=pulumi.ResourceOptions(depends_on=list(after)),
    )
