"""Who manages an object: the marks that Helm, Flux, Argo CD, OLM, Pulumi and others leave on what they apply.

References: https://helm.sh/docs/chart_best_practices/labels/, https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/,
https://fluxcd.io/flux/components/, https://olm.operatorframework.io/docs/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HELM_RELEASE, HELM_NAMESPACE = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
_BY_LABEL = {
    "helm.toolkit.fluxcd.io/name": "the Flux HelmRelease",
    "kustomize.toolkit.fluxcd.io/name": "the Flux Kustomization",
    "olm.owner": "the Operator Lifecycle Manager for",
    "argocd.argoproj.io/instance": "the Argo CD application",
    "addonmanager.kubernetes.io/mode": "the cluster's add-on manager, in mode",
    "k8slens-edit-resource-version": "a person with Lens, version",
}
_OLM = re.compile(r"operators\.coreos\.com/(?P<package>[^.]+)\.(?P<namespace>.+)")
_ARGO = "argocd.argoproj.io/tracking-id"
_MANAGED_BY = "app.kubernetes.io/managed-by"
OURS = "vitals"


def helm_release(manifest: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and namespace of the Helm release that an object belongs to; Helm itself goes by nothing else."""
    annotations = manifest["metadata"].get("annotations") or {}
    name, namespace = annotations.get(HELM_RELEASE), annotations.get(HELM_NAMESPACE)
    return (name, namespace) if name and namespace else None


def is_ours(manifest: Mapping[str, Any]) -> bool:
    """Whether a stack of Vitals made an object."""
    return bool((manifest["metadata"].get("labels") or {}).get(_MANAGED_BY) == OURS)


def manager(manifest: Mapping[str, Any]) -> str:
    """Who manages an object, in words: the one above the others is named, since it would undo what they do."""
    about = manifest["metadata"]
    labels, annotations = about.get("labels") or {}, about.get("annotations") or {}
    for label, words in _BY_LABEL.items():
        if label in labels:
            return f"{words} {labels[label]}"
    if _ARGO in annotations:
        return f"the Argo CD application {str(annotations[_ARGO]).partition(':')[0]}"
    if found := next(filter(None, map(_OLM.fullmatch, labels)), None):
        return f"the Operator Lifecycle Manager for {found['package']} in {found['namespace']}"
    if release := helm_release(manifest):
        return f"the Helm release {release[0]} in namespace {release[1]}"
    named = labels.get(_MANAGED_BY)
    fields = [str(one.get("manager")) for one in about.get("managedFields") or () if not one.get("subresource")]
    if named:
        return str(named)
    return f"the field manager {fields[0]}" if fields else "an unknown manager"
