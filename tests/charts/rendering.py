"""What the charts of a stack make of its values, put beside the objects that the program registers itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.charts.pulled import environment
from tests.infra.monitoring.installed import Installed
from vitals.errors import VitalsError

Manifest = Mapping[str, Any]
MINORS = ("1.33.0", "1.37.0")
"""The oldest that KEDA is tested with and GKE still offers, and the newest, which is the control plane of our tests."""
WITHOUT_NAMESPACE = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "PriorityClass",
        "ValidatingWebhookConfiguration",
    }
)
"""Kinds of the charts that are the whole cluster's."""
WORKLOADS = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"})


class OneMeaning(yaml.CSafeLoader):
    """Refuses a key that is there twice: which of the two counts is each reader's own choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        """Read a mapping.

        Raises:
            VitalsError: A key is there twice.
        """
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise VitalsError(f"line {node.start_mark.line + 1}: {', '.join(twice)} is there twice")
        return super().construct_mapping(node, deep)


def _as_text(_loader: OneMeaning, node: yaml.ScalarNode) -> str:
    """A lone ``=`` in a list of operators, for which YAML 1.1 has a type that is never read."""
    return str(node.value)


OneMeaning.add_constructor("tag:yaml.org,2002:value", _as_text)


@dataclass(frozen=True, slots=True)
class ChartWorkload:
    """Something that makes pods.

    Attributes:
        name: Its name.
        namespace: Of its pods.
        template: Of its pods.
    """

    name: str
    namespace: str
    template: Manifest

    @property
    def labels(self) -> Mapping[str, str]:
        """Of its pods."""
        found: Mapping[str, str] = self.template["metadata"]["labels"]
        return found

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Those that run, the initial ones too."""
        spec = self.template["spec"]
        return [one for field in ("initContainers", "containers") for one in spec.get(field) or ()]

    @property
    def ports(self) -> dict[str | int, int]:
        """Ports of its containers by name and by number."""
        listed = [port for one in self.containers for port in one.get("ports") or ()]
        named = {port["name"]: int(port["containerPort"]) for port in listed if "name" in port}
        return {**named, **{int(port["containerPort"]): int(port["containerPort"]) for port in listed}}


@dataclass(frozen=True, slots=True)
class ChartCluster:
    """A stack on a cluster: what the program registers, and what charts make of its values.

    Attributes:
        installed: What is registered.
        charts: What each chart makes, by its name.
    """

    installed: Installed
    charts: Mapping[str, tuple[Manifest, ...]]

    @property
    def objects(self) -> list[Manifest]:
        """Everything, ours and the charts'."""
        return [*self.installed.objects, *(one for made in self.charts.values() for one in made)]

    @property
    def workloads(self) -> list[ChartWorkload]:
        """Whatever makes pods, but for what the operator makes later."""
        return list(workloads(self.objects))


Rendered = Callable[[str, str], ChartCluster]
"""Renders a stack, by name, for a minor version of Kubernetes."""


def helm_template(helm: Path, folder: Path, release: Mapping[str, Any], minor: str) -> str:
    """What Helm makes of a chart and the values of a release, for a minor version of Kubernetes.

    Raises:
        VitalsError: Helm refuses.
    """
    values = json.dumps(release["values"])
    return str(_template(helm, folder, release["name"], release["namespace"], values, minor))


@cache
def _template(helm: Path, folder: Path, name: str, namespace: str, values: str, minor: str) -> str:  # noqa: PLR0917
    """Stacks that give a chart the same values get the same answer."""
    command: list[str | Path] = [
        helm,
        "template",
        name,
        folder,
        "--namespace",
        namespace,
        "--values",
        "-",
        "--kube-version",
        minor,
    ]
    answer = subprocess.run(
        command,
        env=environment(folder / ".none"),
        input=values,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if answer.returncode:
        raise VitalsError(f"Helm does not render {name} for Kubernetes {minor}: {' '.join(answer.stderr.split())}")
    return answer.stdout


@cache
def objects(text: str, namespace: str) -> tuple[Manifest, ...]:
    """The objects in Helm's answer, each with its namespace.

    Raises:
        VitalsError: A key is there twice.
    """
    found = [one for one in yaml.load_all(text, Loader=OneMeaning) if one]
    return tuple(_placed(one, namespace) for one in found)


def _placed(manifest: dict[str, Any], namespace: str) -> Manifest:
    if manifest["kind"] in WITHOUT_NAMESPACE:
        return manifest
    return {**manifest, "metadata": {"namespace": namespace, **manifest["metadata"]}}


def workloads(made: Iterable[Manifest]) -> Iterator[ChartWorkload]:
    """Everything that makes pods."""
    for one in made:
        if one["kind"] in WORKLOADS:
            made_by = one["spec"]["jobTemplate"] if one["kind"] == "CronJob" else one
            yield ChartWorkload(one["metadata"]["name"], one["metadata"]["namespace"], made_by["spec"]["template"])
