"""A GKE cluster that is there: what Google says of it, held against what the stack needs, and the way to it.

A missing add-on would show minutes later, as pods that never start; each comes with the command that its owner runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_gcp import container

from vitals.errors import VitalsError
from vitals.kubeconfig import KubeEntry
from vitals.rendered import Rendered
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.kube_context import sign_in

from ..preflight import not_on_autopilot
from ..settings import ExistingGke, Settings
from .kubeconfig import kubeconfig_of
from .project_check import reason_of

READY = "CHANNEL_STANDARD"


@dataclass(frozen=True, slots=True)
class FoundGke:
    """The cluster as Google shows it.

    Attributes:
        kubeconfig: Reaches it as the user who runs the program; holds no secret.
    """

    kubeconfig: str

    def connect(self) -> ApiServer:
        """Its API server.

        Raises:
            VitalsError: The sign-in fails.
        """
        content = json.loads(self.kubeconfig)
        cluster, user = content["clusters"][0], content["users"][0]
        return sign_in(cluster["name"], KubeEntry(cluster["cluster"], Path()), KubeEntry(user["user"], Path()))


def find_gke(
    project: str, cluster: ExistingGke, settings: Settings, rendered: Rendered, opts: pulumi.InvokeOptions
) -> FoundGke:
    """Ask Google for the cluster, and refuse one that the stack cannot use.

    Args:
        project: Whose it is.
        cluster: Its name and location.
        settings: The stack's settings.
        rendered: The environment's files.
        opts: With the provider that reaches the project.

    Raises:
        VitalsError: There is no such cluster, it may not be seen, or it lacks what the stack needs.
    """
    try:
        found = container.get_cluster(name=cluster.name, location=cluster.location, project=project, opts=opts)
    except Exception as error:
        raise VitalsError(
            f"vitals:google.existingCluster is {cluster.name!r} in {cluster.location}, and Google does not show it: "
            f"{reason_of(error)}. Nothing was created. See which there are with `gcloud container clusters list "
            f"--project {project}`, or ask for the role roles/container.clusterViewer."
        ) from None
    if not found.endpoint:  # Google's provider answers for a cluster that is not there with an empty one
        raise VitalsError(
            f"vitals:google.existingCluster is {cluster.name!r}, and {project} has no such cluster in "
            f"{cluster.location}. Nothing was created. See which there are with `gcloud container clusters list "
            f"--project {project}`."
        )
    problems = [*_lacking(project, cluster, settings, rendered, found), *_nodes(cluster, rendered, found)]
    if problems:
        raise VitalsError("\n".join([*problems, "Nothing was created."]))
    return FoundGke(kubeconfig_of(cluster.name, f"https://{_dns_endpoint(found)}"))


def _dns_endpoint(found: container.GetClusterResult) -> str:
    for config in found.control_plane_endpoints_configs:
        for endpoint in config.dns_endpoint_configs:
            if endpoint.endpoint and endpoint.allow_external_traffic:
                return str(endpoint.endpoint)
    return ""


def _lacking(
    project: str, cluster: ExistingGke, settings: Settings, rendered: Rendered, found: container.GetClusterResult
) -> Iterator[str]:
    said = f"The cluster {cluster.name!r} of {project}"
    update = f"gcloud container clusters update {cluster.name} --location {cluster.location} --project {project}"
    pools = [one.workload_pool for one in found.workload_identity_configs]
    if f"{project}.svc.id.goog" not in pools:
        yield (
            f"{said} has no Workload Identity, by which service accounts get their roles. Its owner turns it on, and "
            f"makes its node pools anew or updates them: `{update} --workload-pool={project}.svc.id.goog`."
        )
    if not any(one.enabled for one in found.secret_manager_configs):
        yield (
            f"{said} lacks the Secret Manager add-on, by which pods get their secret files. Its owner turns it on: "
            f"`{update} --enable-secret-manager`."
        )
    if settings.gateway_of_ours and READY not in [one.channel for one in found.gateway_api_configs]:
        yield (
            f"{said} does not know Gateways, behind which Grafana would be. Its owner turns them on: `{update} "
            "--gateway-api=standard`. Or name an ingress that is there with vitals:grafanaIngress."
        )
    if not _dns_endpoint(found):
        yield (
            f"{said} has no DNS endpoint that is open to who signs in with IAM, by which this program reaches it. Its "
            f"owner turns it on: `{update} --enable-dns-access`. Or take google out, and name a context of your "
            "kubeconfig with vitals:context."
        )
    collecting = any(one.enabled for config in found.monitoring_configs for one in config.managed_prometheuses)
    if rendered.managed and not collecting:
        yield (
            f"{said} does not collect for Google's managed Prometheus, for which the environment "
            f"{settings.environment!r} is rendered. Its owner turns it on: `{update} --enable-managed-prometheus`."
        )


def _nodes(cluster: ExistingGke, rendered: Rendered, found: container.GetClusterResult) -> Iterator[str]:
    if found.enable_autopilot:
        yield from not_on_autopilot(
            rendered, f"The cluster {cluster.name!r} is an Autopilot one", "take a Standard cluster"
        )
