"""What a rule is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any
"""What JSON can say; its shape depends on the kind of resource."""
SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the engine's mark of a special value, not a secret
"""The key by which Pulumi's wire format marks a special value, secrets among them (SDK, ``runtime/rpc``)."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One resource as the engine registered it.

    Attributes:
        urn: Its URN.
        type: Its type token, such as ``kubernetes:apps/v1:Deployment``.
        name: Its Pulumi name.
        inputs: Its inputs in the provider's spelling; a secret value is a map that has ``SECRET_MARK``.
        protect: Whether the engine refuses to delete it.
        retain: Whether it stays when it leaves the stack.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Json]
    protect: bool = False
    retain: bool = False

    @property
    def kind(self) -> str:
        """The last part of the type token: ``Deployment``."""
        return self.type.rsplit(":", 1)[-1]

    @property
    def is_kubernetes(self) -> bool:
        """Whether it is an object of a cluster; a Release is not, the chart's objects are not registered."""
        return self.type.startswith("kubernetes:") and not self.is_release

    @property
    def is_release(self) -> bool:
        """Whether it is a Helm release."""
        return self.type.startswith("kubernetes:helm.sh/")

    def at(self, *path: str) -> Json:
        """The input at a path of keys; ``None`` where there is none."""
        found: Json = self.inputs
        for key in path:
            if not isinstance(found, Mapping):
                return None
            found = found.get(key)
        return found

    def breaks(self, rule: str, problem: str, fix: str) -> Violation:
        """A finding about this resource."""
        return Violation(rule, self.urn, problem, fix)


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    Attributes:
        rule: Its name.
        urn: Whose it is.
        problem: What is wrong, with the path of the input.
        fix: What to do.
    """

    rule: str
    urn: str
    problem: str
    fix: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.rule}: {self.urn}: {self.problem}. {self.fix}."


Rule = Callable[[Registered], Iterable[Violation]]


def pod_spec(resource: Registered) -> Mapping[str, Json] | None:
    """The specification of the pods that a workload makes; ``None`` for anything else."""
    paths = {
        "Pod": ("spec",),
        "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    }
    workloads = ("Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet")
    path = paths.get(resource.kind, ("spec", "template", "spec") if resource.kind in workloads else ())
    found = resource.at(*path) if path and resource.is_kubernetes else None
    return found if isinstance(found, Mapping) else None


def containers(resource: Registered) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The containers that a workload runs, the initial ones too, each with its name."""
    spec = pod_spec(resource) or {}
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            yield str(container.get("name")), container


def is_secret(value: Json) -> bool:
    """Whether the engine keeps a value secret."""
    return isinstance(value, Mapping) and SECRET_MARK in value


def leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every scalar of a value with its dotted path; what the engine keeps secret is one leaf."""
    if isinstance(value, Mapping) and not is_secret(value):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value
