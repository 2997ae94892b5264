"""A cluster that is there already, reached by a context of the kubeconfig; asked once before anything is created.

The Kubernetes provider itself would only warn, plan against nothing and fail at the first object. Whatever HTTP status
the API server answers is good enough: who may do what is for the cluster to say.
"""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from vitals.errors import VitalsError

from .cluster import Cluster, reach

PATIENCE_S = 5.0


def existing_cluster(context: str) -> Cluster:
    """The cluster behind a context.

    Raises:
        VitalsError: No kubeconfig knows the context, or its API server does not answer.
    """
    ask(context)
    return Cluster(reach(context=context), google=None)


def ask(context: str) -> None:
    """Ask the API server of a context whether it is there.

    Raises:
        VitalsError: No kubeconfig knows the context, or its API server does not answer.
    """
    contexts = _named("contexts")
    if context not in contexts:
        known = ", ".join(sorted(contexts)) or "none"
        raise VitalsError(
            f"vitals:context is {context!r}, which no kubeconfig has (there are: {known}), so there is no cluster to "
            "install on. Nothing was created. Choose another with `pulumi config set vitals:context NAME`, or make a "
            f"cluster: `kind create cluster --name {context.removeprefix('kind-')}`."
        )
    folder, entry = contexts[context]
    name = str(entry["context"]["cluster"])
    folder, found = _named("clusters").get(name, (folder, {"cluster": {}}))
    cluster: Mapping[str, Any] = found["cluster"]
    server = str(cluster.get("server", "")).rstrip("/")
    try:
        httpx.get(
            f"{server}/version", verify=_trust(cluster, folder), proxy=cluster.get("proxy-url"), timeout=PATIENCE_S
        )
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        raise VitalsError(
            f"The cluster of the context {context!r} does not answer at {server or 'any address'}: {error}. "
            f"Nothing was created. Start it, or look with `kubectl --context {context} version`, then run again."
        ) from None


def _trust(cluster: Mapping[str, Any], folder: Path) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if cluster.get("insecure-skip-tls-verify"):
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    elif "certificate-authority-data" in cluster:
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        trust = ssl.create_default_context(cadata=authority)
    elif "certificate-authority" in cluster:
        trust = ssl.create_default_context(cafile=folder / str(cluster["certificate-authority"]))
    return trust


def _named(kind: str) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Entries of a kind by name, with the folder of their file; as for kubectl, the first file that has one wins."""
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for file, content in _kubeconfigs():
        for entry in content.get(kind) or ():
            found.setdefault(str(entry["name"]), (file.parent, entry))
    return found


def _kubeconfigs() -> Iterator[tuple[Path, dict[str, Any]]]:
    listed = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    for file in map(Path, filter(None, listed.split(os.pathsep))):
        if not file.is_file():
            continue
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise VitalsError(
                f"The kubeconfig {file} cannot be read: {error}. Nothing was created. Repair it."
            ) from None
        yield file, content if isinstance(content, dict) else {}
