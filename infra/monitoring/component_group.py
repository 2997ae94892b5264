"""A group of objects in a preview's tree, and the one way in which objects and charts are registered.

Objects stay the manifests that Kubernetes documents, so a reader compares them with its reference and a test sends the
very same to an API server. Names are theirs, never invented by Pulumi: others refer to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs
from typing_extensions import override

from ..cluster import Cluster
from .charts import Chart

Manifest = Mapping[str, Any]

RELEASE_TIMEOUT_S = 600
KEPT_REVISIONS = 5


class ComponentGroup(pulumi.ComponentResource):
    """One part of the stack."""

    def __init__(self, name: str, cluster: Cluster, *, after: Sequence[pulumi.Resource] = ()) -> None:
        """Begin a part.

        Args:
            name: As it stands in the tree.
            cluster: Where its objects go.
            after: What must be there before any of its objects.
        """
        super().__init__("vitals:monitoring:ComponentGroup", name)
        self._provider = cluster.provider
        self._after = [*after]

    def add(self, manifest: Manifest, *, after: Sequence[pulumi.Resource] = ()) -> pulumi.CustomResource:
        """Register an object; a claim stays when the stack goes, for what lies on its volume is nowhere else.

        Args:
            manifest: As Kubernetes reads it.
            after: What must be there before it, beside what the part as a whole waits for.
        """
        metadata = manifest["metadata"]
        namespace = metadata.get("namespace")
        return pulumi.CustomResource(
            token(manifest["apiVersion"], manifest["kind"]),
            f"{namespace}/{metadata['name']}" if namespace else metadata["name"],
            _sealed(manifest),
            pulumi.ResourceOptions(
                parent=self,
                provider=self._provider,
                depends_on=[*self._after, *after],
                retain_on_delete=manifest["kind"] == "PersistentVolumeClaim",
                additional_secret_outputs=["data", "stringData"] if manifest["kind"] == "Secret" else None,
            ),
        )

    def patch(self, manifest: Manifest) -> pulumi.CustomResource:
        """Register fields of an object that another client makes and keeps: these are taken over, the rest is theirs.

        When the stack goes, the object stays and only forgets them.
        Reference: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/.

        Args:
            manifest: As Kubernetes reads it, without the fields of others.
        """
        metadata = manifest["metadata"]
        return pulumi.CustomResource(
            f"{token(manifest['apiVersion'], manifest['kind'])}Patch",
            f"{metadata['namespace']}/{metadata['name']}",
            {**manifest, "metadata": {**metadata, "annotations": {"pulumi.com/patchForce": "true"}}},
            pulumi.ResourceOptions(parent=self, provider=self._provider, depends_on=self._after),
        )

    def install(
        self, chart: Chart, namespace: str, values: Mapping[str, Any], *, after: Sequence[pulumi.Resource] = ()
    ) -> Release:
        """Install a chart as a Helm release of its own name; half an installation is rolled back.

        Args:
            chart: Which, in which version.
            namespace: Where; it must exist.
            values: All values that differ from the chart's own.
            after: What must be there before it, beside what the part as a whole waits for.
        """
        return Release(
            chart.name,
            chart=chart.name,
            version=chart.version,
            repository_opts=RepositoryOptsArgs(repo=chart.repository),
            name=chart.name,
            namespace=namespace,
            values=values,
            atomic=True,
            timeout=RELEASE_TIMEOUT_S,
            max_history=KEPT_REVISIONS,
            opts=pulumi.ResourceOptions(parent=self, provider=self._provider, depends_on=[*self._after, *after]),
        )


class PlannedGroup(ComponentGroup):
    """A part whose objects are only noted, so that they can be compared with a cluster before anything is registered.

    What it hands back stands for resources that the rest of the program only passes on.
    """

    def __init__(self, notes: list[Manifest]) -> None:
        """Note objects in a list; the engine hears of nothing."""
        self._notes = notes

    @override
    def add(self, manifest: Manifest, *, after: Sequence[pulumi.Resource] = ()) -> pulumi.CustomResource:
        self._notes.append(manifest)
        return cast("pulumi.CustomResource", self)

    @override
    def patch(self, manifest: Manifest) -> pulumi.CustomResource:
        return cast("pulumi.CustomResource", self)

    @override
    def install(
        self, chart: Chart, namespace: str, values: Mapping[str, Any], *, after: Sequence[pulumi.Resource] = ()
    ) -> Release:
        about = {"name": chart.name, "namespace": namespace}
        self._notes.append({"apiVersion": "helm.sh/v3", "kind": "Release", "metadata": about})
        return cast("Release", self)


def _sealed(manifest: Manifest) -> dict[str, Any]:
    """The object as the engine may keep it: what a Secret holds is encrypted in its state and hidden in its output."""
    if manifest["kind"] != "Secret":
        return dict(manifest)
    return {**manifest, "stringData": {key: pulumi.Output.secret(one) for key, one in manifest["stringData"].items()}}


def token(api_version: str, kind: str) -> str:
    """Pulumi's type of a Kubernetes kind: the core group, which has no name, is called ``core``."""
    return f"kubernetes:{api_version if '/' in api_version else f'core/{api_version}'}:{kind}"
