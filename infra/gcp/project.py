"""A cluster in a Google project: what is checked, then what is made, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import pulumi
import pulumi_gcp as gcp

from vitals.rendered import Rendered
from vitals.verify.cluster.api import ApiServer

from ..cluster import Cluster, OnGoogle, reach
from ..settings import Google, Settings
from ..workloads import Workload
from .apis import Apis
from .database import Database
from .existing_gke import find_gke
from .existing_network import WebhookRule, find_network
from .gke import Gke
from .grants import Grants
from .ingress import Ingress
from .kubeconfig import kubeconfig
from .network import Network, PlacedNetwork
from .node_account import NodeAccount
from .node_pools import NodePools
from .project_check import project_number, require_secrets
from .registry import Registry

Compare = Callable[[ApiServer, OnGoogle], None]


def google_cluster(
    settings: Settings, google: Google, rendered: Rendered, accounts: Sequence[Workload], compare: Compare
) -> Cluster:
    """Make a cluster, unless it is there, and what belongs to it.

    Args:
        settings: The stack's settings.
        google: Their Google part.
        rendered: The environment's files: who collects the metrics, and where people will find Grafana.
        accounts: Kubernetes service accounts, with what they may do.
        compare: Refuses a cluster that is there and into which the stack does not fit.

    Raises:
        VitalsError: The project, a secret, or what should be there already is missing; nothing was created.
    """
    name = f"vitals-{settings.environment}"
    provider = gcp.Provider(
        "google",
        project=google.project,
        region=google.region,
        default_labels={"environment": settings.environment, "managed-by": "pulumi", "part-of": "vitals"},
    )
    opts, asking = pulumi.ResourceOptions(provider=provider), pulumi.InvokeOptions(provider=provider)
    number = project_number(google.project, provider)
    secrets = {file: f"{name}-{file}" for account in accounts for file in account.secrets}
    require_secrets(google.project, secrets, name, provider)

    around = _around(google, settings, secrets)
    if (there := google.existing_cluster) is not None:
        found = find_gke(google.project, there, settings, rendered, asking)
        with found.connect() as server:
            compare(server, around)
        apis, account = Apis(name, opts=opts), None
        place = reach(kubeconfig=found.kubeconfig)
        needed: list[pulumi.Resource] = [apis]
    else:
        network = google.existing_network
        placed = find_network(network, project=google.project, region=google.region, opts=asking) if network else None
        apis = Apis(name, opts=opts)
        account = NodeAccount(f"{name}-nodes", google.project, managed=rendered.managed, after=apis, opts=opts)
        cluster, pools = _make(
            name, google, placed, nodes=account.email, settings=settings, rendered=rendered, after=apis, opts=opts
        )
        place, needed = reach(kubeconfig=kubeconfig(name, cluster), after=[cluster, *pools]), [cluster]
    Grants(name, accounts, project=google.project, number=number, secrets=secrets, after=needed, opts=opts)
    registry = Registry(name, project=google.project, region=google.region, nodes=account, after=apis, opts=opts)
    ingress = None
    if settings.gateway_of_ours:
        host = urlsplit(rendered.operator.dashboards_url).hostname or ""
        ingress = Ingress(f"{name}-grafana", host, protected=settings.protected, after=apis, opts=opts)
    database = (
        Database(name, region=google.region, protected=settings.protected, after=apis, opts=opts)
        if settings.demo
        else None
    )
    called, location = (there.name, there.location) if there else (name, google.made.location)
    outputs = {
        "credentials": f"gcloud container clusters get-credentials {called} --dns-endpoint "
        f"--location {location} --project {google.project}",
        **({"dnsRecords": ingress.records} if ingress else {}),
        "registry": registry.url,
    }
    return Cluster(
        place,
        replace(
            around,
            address=ingress.address if ingress else None,
            certificate_map=ingress.certificate_map if ingress else None,
            database=database.path if database else None,
            outputs=outputs,
        ),
    )


def _around(google: Google, settings: Settings, secrets: Mapping[str, str]) -> OnGoogle:
    """What is known of the project before anything is made in it; the rest stands for what will be."""
    soon = pulumi.Output.from_input("")
    return OnGoogle(
        project=google.project,
        region=google.region,
        secrets={file: f"projects/{google.project}/secrets/{one}" for file, one in secrets.items()},
        address=soon,
        certificate_map=soon,
        database=soon if settings.demo else None,
        outputs={},
    )


def _make(
    name: str,
    google: Google,
    placed: PlacedNetwork | None,
    *,
    nodes: pulumi.Input[str],
    settings: Settings,
    rendered: Rendered,
    after: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> tuple[gcp.container.Cluster, Sequence[pulumi.Resource]]:
    """A cluster of ours, and its node pools; in a network of ours unless there is one for it."""
    protected, wanted = settings.protected, google.existing_network
    if google.network:
        network = Network(name, google.region, google.network, nodes=nodes, protected=protected, after=after, opts=opts)
        placed = network.placed
    if placed is None:
        raise ValueError("the stack file names neither a network to make nor one that is there")
    if wanted and wanted.firewall:
        WebhookRule(name, wanted, placed, project=google.project, nodes=nodes, opts=opts)
    gke = Gke(name, google, network=placed, nodes=nodes, managed=rendered.managed, protected=protected, opts=opts)
    pools = NodePools(name, google.made, cluster=gke.cluster, nodes=nodes, opts=opts)
    return gke.cluster, pools.pools
