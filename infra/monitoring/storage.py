"""Where data lies: a class of volumes that can grow and that outlive whatever claimed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cluster import Cluster
from .component_group import Manifest
from .labels import labels

CLASS = "vitals"


def storage_class(cluster: Cluster) -> Manifest:
    """The class: balanced disks on Google, the node's own disk elsewhere.

    A disk is made in the zone of the pod that waits for it, and stays when its claim is deleted by mistake.
    """
    google: Mapping[str, Any] = {"provisioner": "pd.csi.storage.gke.io", "parameters": {"type": "pd-balanced"}}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": CLASS, "labels": labels(CLASS, "storage")},
        **(google if cluster.google else {"provisioner": "rancher.io/local-path"}),
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
        "reclaimPolicy": "Retain",
    }


def claim(disk: str, component: str, storage_class: str) -> dict[str, Any]:
    """A claim on a volume of a class, as the operator's objects take it."""
    return {
        "metadata": {"labels": labels(component, "storage")},
        "spec": {
            "storageClassName": storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": disk}},
        },
    }
