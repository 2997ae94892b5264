"""A cluster that is there already, reached by a context of the kubeconfig; asked once before anything is created.

The Kubernetes provider itself would only warn, plan against nothing and fail at the first object. Whatever HTTP status
the API server answers is good enough: who may do what is for the cluster to say.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from vitals.errors import VitalsError
from vitals.kubeconfig import KubeEntry, entries, trust_of
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.kube_context import connect

from .cluster import Cluster, reach

PATIENCE_S = 5.0


def existing_cluster(context: str, compare: Callable[[ApiServer, None], None]) -> Cluster:
    """The cluster behind a context.

    Args:
        context: Its name.
        compare: Refuses a cluster into which the stack does not fit.

    Raises:
        VitalsError: No kubeconfig knows the context, its API server does not answer, or the stack does not fit.
    """
    ask(context)
    with connect(context) as server:
        compare(server, None)
    return Cluster(reach(context=context), google=None)


def ask(context: str) -> None:
    """Ask the API server of a context whether it is there.

    Raises:
        VitalsError: No kubeconfig knows the context, or its API server does not answer.
    """
    contexts = entries("contexts")
    if context not in contexts:
        known = ", ".join(sorted(contexts)) or "none"
        raise VitalsError(
            f"vitals:context is {context!r}, which no kubeconfig has (there are: {known}), so there is no cluster to "
            "install on. Nothing was created. Choose another with `pulumi config set vitals:context NAME`, or make a "
            f"cluster: `kind create cluster --name {context.removeprefix('kind-')}`."
        )
    cluster = entries("clusters").get(str(contexts[context].content.get("cluster")), KubeEntry({}, Path()))
    server = str(cluster.content.get("server", "")).rstrip("/")
    try:
        httpx.get(
            f"{server}/version", verify=trust_of(cluster), proxy=cluster.content.get("proxy-url"), timeout=PATIENCE_S
        )
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        raise VitalsError(
            f"The cluster of the context {context!r} does not answer at {server or 'any address'}: {error}. "
            f"Nothing was created. Start it, or look with `kubectl --context {context} version`, then run again."
        ) from None
