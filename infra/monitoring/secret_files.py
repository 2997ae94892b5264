"""Secrets as files in a pod: read from Secret Manager by GKE's add-on, or from a Secret where there is no Google.

On Google no value ever passes through Pulumi, its state, or the API server: the add-on writes it into the pod's memory.
Reference: https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ..cluster import Cluster
from ..settings import Settings
from ..workloads import PROMETHEUS_ACCOUNT, Workload
from .component_group import Manifest
from .labels import labels

DRIVER = "secrets-store-gke.csi.k8s.io"


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """The secret files of one workload.

    Attributes:
        name: Of the object that stands for them, and of the volume.
        manifest: That object.
        source: The volume's source, as a pod writes it.
    """

    name: str
    manifest: Manifest
    source: Mapping[str, Any]

    @property
    def volume(self) -> dict[str, Any]:
        """The volume as a pod lists it."""
        return {"name": self.name, **self.source}

    def mount(self, folder: str) -> dict[str, Any]:
        """The mount as a container lists it; each file lies directly in the folder."""
        return {"name": self.name, "mountPath": folder, "readOnly": True}


def secret_files(workload: Workload, settings: Settings, cluster: Cluster) -> SecretFiles:
    """The secret files of a workload, from wherever this cluster has them."""
    name = f"{workload.name}-files"
    metadata = {"name": name, "namespace": workload.namespace, "labels": labels(workload.name, "secrets")}
    if cluster.google is None:
        values = {file: settings.secrets[file].get_secret_value() for file in workload.secrets}
        if workload.name == PROMETHEUS_ACCOUNT:
            values |= _users(settings)
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "stringData": values}
        return SecretFiles(name, secret, {"secret": {"secretName": name, "defaultMode": 0o440}})
    listed = [
        {"resourceName": f"{cluster.google.secrets[file]}/versions/latest", "path": file} for file in workload.secrets
    ]
    provided = {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClass",
        "metadata": metadata,
        "spec": {"provider": "gke", "parameters": {"secrets": yaml.safe_dump(listed, sort_keys=False)}},
    }
    attributes = {"secretProviderClass": name}
    return SecretFiles(name, provided, {"csi": {"driver": DRIVER, "readOnly": True, "volumeAttributes": attributes}})


def user_key(endpoint: str) -> str:
    """The key, beside those of secret files, under which the user of an endpoint of ``remoteWrite`` stands."""
    return f"{endpoint}-user"


def _users(settings: Settings) -> dict[str, str]:
    """Beside each password of an endpoint its user: the operator takes both from one kind of place."""
    return {user_key(name): one.basic_auth.user for name, one in settings.remote_write.items() if one.basic_auth}
