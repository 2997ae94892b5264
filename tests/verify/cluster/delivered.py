"""A stack of this repository on a control plane of its own, put there by the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import rendered
from infra.existing.definitions import RELEASE_OF_KEDA, RELEASE_OF_OPERATOR
from infra.existing.inventory import OF_KEDA, OF_OPERATOR
from tests.infra.engine import stacks
from tests.infra.engine.answering_cluster import STORAGE
from tests.infra.engine.cluster import BROUGHT_BY
from tests.infra.engine.engine import Engine, EngineRun
from tests.infra.engine.real_cluster import RealCluster
from tests.infra.engine.wire import reveal
from tests.infra.settings.stack_files import config
from tests.verify.cluster.running_cluster import RunningCluster
from vitals.local.tools import find
from vitals.rendered import Rendered
from vitals.verify.cluster.api import ApiServer

NOT_TO_BE_HAD = frozenset(
    {
        ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
        ("networking.gke.io/v1", "HealthCheckPolicy"),
        ("monitoring.googleapis.com/v1", "ClusterPodMonitoring"),
        ("monitoring.googleapis.com/v1", "ClusterRules"),
        ("monitoring.googleapis.com/v1", "OperatorConfig"),
    }
)
"""Kinds of Google's that no Go module carries a CRD of; nothing here judges them."""
OF_CHARTS = {OF_OPERATOR: (RELEASE_OF_OPERATOR, "monitoring"), OF_KEDA: (RELEASE_OF_KEDA, RELEASE_OF_KEDA)}
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Delivered:
    """A stack on its cluster.

    Attributes:
        stack: Its name.
        engine: It on the engine.
        cluster: What the engine's provider did.
        api: The API server.
        runs: The preview and the update that put it there.
    """

    stack: str
    engine: Engine
    cluster: RealCluster
    api: ApiServer
    runs: tuple[EngineRun, EngineRun]

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every object of the stack as the program gave it, Helm releases left out."""
        applied = (reveal(one) for one in self.cluster.applied.values())
        return [one for one in applied if "chart" not in one]

    @property
    def served(self) -> list[dict[str, Any]]:
        """Those of a kind that the API server knows."""
        return [one for one in self.objects if (one["apiVersion"], one["kind"]) not in NOT_TO_BE_HAD]

    @property
    def rendered(self) -> Rendered:
        """The environment's files."""
        return rendered.read(stacks.settings(self.stack).environment)

    @property
    def namespace(self) -> str:
        """Where the stack is."""
        return self.rendered.operator.namespace

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Objects of a kind by name."""
        return {one["metadata"]["name"]: one for one in self.objects if one["kind"] == kind}

    def only(self, kind: str) -> dict[str, Any]:
        """The only object of a kind."""
        (found,) = self.of(kind).values()
        return found

    def stored(self, manifest: Manifest) -> dict[str, Any] | None:
        """What the API server has of an object now."""
        metadata = manifest["metadata"]
        return self.api.get(manifest["apiVersion"], manifest["kind"], metadata["name"], metadata.get("namespace"))


@contextmanager
def deliver(
    stack: str,
    folder: Path,
    before: Callable[[ApiServer], None] | None = None,
    without: Sequence[str] = (),
    **changes: object,
) -> Iterator[Delivered]:
    """Deploy a stack with its committed program and stack file on a control plane of its own.

    Args:
        stack: Its name.
        folder: Empty; for control plane, state and files.
        before: Puts there what is in the cluster before the stack; a new cluster of kind where nothing is said.
        without: Secret files that the stack does not read with these changes.
        changes: Values of the stack file that differ from the committed ones, by key.
    """
    plane = RunningCluster(folder / "run", folder / "said.log")
    (folder / "engine").mkdir()
    try:
        kubeconfig = plane.wait().kubeconfig
        with ApiServer.of(kubeconfig) as api, pytest.MonkeyPatch.context() as patch:
            patch.setenv("KUBECONFIG", str(_called_as_in(stack, kubeconfig, folder / "kubeconfig")))
            (before or new_cluster)(api)
            defined = frozenset(BROUGHT_BY) if before else frozenset()
            there = frozenset(one["metadata"]["name"] for one in api.listed("v1", "Namespace"))
            cluster = RealCluster(server=api, only_recorded=NOT_TO_BE_HAD, defined=defined, namespaces=there)
            where = replace(stacks.place(stack), cluster=cluster)
            with stacks.prepared(stack, where, folder / "engine", find("pulumi")) as engine:
                engine.edit({f"vitals:{key}": value for key, value in changes.items()})
                for file in without:
                    engine.unset(f'vitals:secrets["{file}"]')
                yield Delivered(stack, engine, cluster, api, (engine.preview(), engine.up()))
        assert plane.stop() == 0, plane.said()
    finally:
        plane.kill()


def new_cluster(api: ApiServer) -> None:
    """What is there when kind has made a cluster, and the definitions as charts of ours leave them behind.

    No chart can be had here, so the control plane brings the definitions from the start.
    """
    api.apply(STORAGE)
    for names, (release, namespace) in OF_CHARTS.items():
        for name in names:
            helm_owns(api, "apiextensions.k8s.io/v1", "CustomResourceDefinition", name, release, namespace)


def helm_owns(api: ApiServer, version: str, kind: str, name: str, release: str, namespace: str) -> None:  # noqa: PLR0917
    """Mark an object without a namespace as one of a Helm release."""
    marks = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace}
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    about = {"name": name, "labels": labels, "annotations": marks}
    if api.get(version, kind, name) is not None:
        api.apply({"apiVersion": version, "kind": kind, "metadata": about}, manager="helm")


def _called_as_in(stack: str, kubeconfig: Path, file: Path) -> Path:
    """The control plane's kubeconfig with the context's name that the stack file has, if any."""
    content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    content["contexts"][0]["name"] = config(stack).get("context", "none")
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file
