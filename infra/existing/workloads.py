"""Programs that run in a cluster: which of those that we know a workload is, with what it was started.

An image may come from any mirror, under a prefix (``rancher/mirrored-grafana-grafana``) or by digest alone, so its last
word is compared, and the label with the program's name where that says more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .owners import manager

NODE_PORT = 9100
"""The port of the node that every node exporter takes by default: two cannot have it."""
OUR_PRIORITIES = frozenset({"vitals", "vitals-alerting"})
"""The priority classes of our own pods, those of our charts included; no other pod asks for them."""
RUN_BY_THE_CLOUD = re.compile(r"gke-managed-.+|gke-gmp-system|gmp-system")
"""Namespaces into which only Google can put a pod: what runs there is for Google's own use and not for us to scrape."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How a program is known.

    Attributes:
        key: Its key below ``existing`` in a stack file.
        words: What it is called in a sentence.
        images: Last words of its images.
        names: Last words of the label ``app.kubernetes.io/name`` of its pods.
    """

    key: str
    words: str
    images: tuple[str, ...]
    names: tuple[str, ...]


OPERATOR = Marks("prometheusOperator", "a Prometheus operator", ("prometheus-operator",), ("prometheus-operator",))
KEDA = Marks("keda", "KEDA", ("keda",), ("keda-operator",))
GRAFANA = Marks("grafana", "a Grafana", ("grafana", "grafana-oss", "grafana-enterprise"), ("grafana",))
STATE = Marks("kubeStateMetrics", "kube-state-metrics", ("kube-state-metrics",), ("kube-state-metrics",))
NODES = Marks("nodeExporter", "a node exporter", ("node-exporter", "node_exporter"), ("node-exporter",))
KNOWN = (OPERATOR, KEDA, GRAFANA, STATE, NODES)


@dataclass(frozen=True, slots=True)
class FoundWorkload:
    """A Deployment, StatefulSet or DaemonSet.

    Attributes:
        manifest: As the cluster has it.
    """

    manifest: Mapping[str, Any]

    @property
    def namespace(self) -> str:
        """Where it runs."""
        return str(self.manifest["metadata"]["namespace"])

    @property
    def where(self) -> str:
        """What it is and where, in words."""
        about = self.manifest["metadata"]
        return f"{self.manifest['kind']} {about['namespace']}/{about['name']}, managed by {manager(self.manifest)}"

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels by which it finds its own pods."""
        found: Mapping[str, str] = self.manifest["spec"]["selector"].get("matchLabels") or {}
        return found

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """All labels of its pods."""
        found: Mapping[str, str] = self._template["metadata"].get("labels") or {}
        return found

    @property
    def containers(self) -> Sequence[Mapping[str, Any]]:
        """The containers of a pod."""
        found: Sequence[Mapping[str, Any]] = self._template["spec"]["containers"]
        return found

    @property
    def ours(self) -> bool:
        """Whether a stack of Vitals runs it, itself or by a chart."""
        return self._template["spec"].get("priorityClassName") in OUR_PRIORITIES

    @property
    def _template(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.manifest["spec"]["template"]
        return found

    def flag(self, name: str) -> str | None:
        """The value of a command line flag of any of its containers; empty where it stands alone, None where not."""
        words = [word for one in self.containers for word in (*(one.get("command") or ()), *(one.get("args") or ()))]
        for position, word in enumerate(words):
            key, _, value = word.partition("=")
            if key.lstrip("-") == name and key.startswith("-"):
                after = words[position + 1 : position + 2]
                return value or (after[0] if after and not after[0].startswith("-") else "")
        return None

    def variables(self, image: str) -> Iterator[Mapping[str, str]]:
        """The environment of each container of an image, as far as it is written down as text."""
        for one in self.containers:
            if _ends(last_word(str(one["image"])), (image,)):
                yield {each["name"]: str(each.get("value", "")) for each in one.get("env") or ()}

    def is_a(self, marks: Marks) -> bool:
        """Whether it runs a program."""
        if any(_ends(last_word(str(one["image"])), marks.images) for one in self.containers):
            return True
        if _ends(str(self.pod_labels.get("app.kubernetes.io/name", "")), marks.names):
            return True
        return marks is NODES and any(
            port.get("hostPort") == NODE_PORT for one in self.containers for port in one.get("ports") or ()
        )

    def carries(self, labels: Mapping[str, str]) -> bool:
        """Whether its pods have labels."""
        return labels.items() <= self.pod_labels.items()


def last_word(image: str) -> str:
    """The last part of an image's path, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _ends(text: str, words: Sequence[str]) -> bool:
    return any(text == word or text.endswith(f"-{word}") for word in words)
