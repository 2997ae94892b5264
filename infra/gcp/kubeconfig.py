"""How the program reaches the cluster that it made: by its DNS endpoint, as the user who runs the program."""

from __future__ import annotations

import json

import pulumi
from pulumi_gcp import container


def kubeconfig(name: str, cluster: container.Cluster) -> pulumi.Output[str]:
    """A kubeconfig without any secret: ``gke-gcloud-auth-plugin`` asks Google for a token at each use."""
    endpoint: pulumi.Output[str] = cluster.control_plane_endpoints_config.apply(
        lambda config: config["dns_endpoint_config"]["endpoint"]
    )
    return endpoint.apply(lambda host: kubeconfig_of(name, f"https://{host}"))


def kubeconfig_of(name: str, server: str) -> str:
    """The same for a cluster whose address is known."""
    return json.dumps(_config(name, server), sort_keys=True)


def _config(name: str, server: str) -> dict[str, object]:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "gke-gcloud-auth-plugin",
        "installHint": "Install it with `gcloud components install gke-gcloud-auth-plugin`.",
        "provideClusterInfo": True,
        "interactiveMode": "Never",
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": {"server": server}}],
        "users": [{"name": name, "user": {"exec": plugin}}],
    }
