"""A cluster in a Google project: what is checked, then what is made, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import pulumi
import pulumi_gcp as gcp

from vitals.rendered import Rendered

from ..cluster import Cluster, OnGoogle, reach
from ..settings import Google, Settings
from ..workloads import Workload
from .apis import Apis
from .database import Database
from .gke import Gke
from .grants import Grants
from .ingress import Ingress
from .kubeconfig import kubeconfig
from .network import Network
from .node_account import NodeAccount
from .node_pools import NodePools
from .project_check import project_number, require_secrets
from .registry import Registry


def google_cluster(settings: Settings, google: Google, rendered: Rendered, accounts: Sequence[Workload]) -> Cluster:
    """Make a cluster and what belongs to it.

    Args:
        settings: The stack's settings.
        google: Their Google part.
        rendered: The environment's files: who collects the metrics, and where people will find Grafana.
        accounts: Kubernetes service accounts, with what they may do.

    Raises:
        VitalsError: The project or a secret is missing; nothing was created.
    """
    name, protected = f"vitals-{settings.environment}", settings.protected
    provider = gcp.Provider(
        "google",
        project=google.project,
        region=google.region,
        default_labels={"environment": settings.environment, "managed-by": "pulumi", "part-of": "vitals"},
    )
    opts = pulumi.ResourceOptions(provider=provider)
    number = project_number(google.project, provider)
    secrets = {file: f"{name}-{file}" for account in accounts for file in account.secrets}
    require_secrets(google.project, secrets, name, provider)

    apis = Apis(name, opts=opts)
    nodes = NodeAccount(f"{name}-nodes", google.project, managed=rendered.managed, after=apis, opts=opts)
    network = Network(name, google, nodes=nodes.email, protected=protected, after=apis, opts=opts)
    gke = Gke(
        name,
        google,
        network=network,
        nodes=nodes.email,
        managed=rendered.managed,
        protected=protected,
        opts=opts,
    )
    pools = NodePools(name, google, cluster=gke.cluster, nodes=nodes.email, opts=opts)
    Grants(name, accounts, project=google.project, number=number, secrets=secrets, cluster=gke.cluster, opts=opts)
    registry = Registry(name, project=google.project, region=google.region, nodes=nodes.email, after=apis, opts=opts)
    host = urlsplit(rendered.operator.dashboards_url).hostname or ""
    ingress = Ingress(f"{name}-grafana", host, protected=protected, after=apis, opts=opts)
    database = (
        Database(name, region=google.region, protected=protected, after=apis, opts=opts) if settings.demo else None
    )
    return Cluster(
        reach(kubeconfig=kubeconfig(name, gke.cluster), after=[gke.cluster, *pools.pools]),
        OnGoogle(
            project=google.project,
            region=google.region,
            secrets={file: f"projects/{google.project}/secrets/{one}" for file, one in secrets.items()},
            address=ingress.address,
            certificate_map=ingress.certificate_map,
            database=database.path if database else None,
            outputs={
                "credentials": f"gcloud container clusters get-credentials {name} --dns-endpoint "
                f"--location {google.cluster.location} --project {google.project}",
                "dnsRecords": ingress.records,
                "registry": registry.url,
            },
        ),
    )
