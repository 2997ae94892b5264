"""A Kubernetes cluster in memory: records what is applied, and refuses what an API server would refuse at once.

Objects of built-in kinds are held to the classes of the installed ``pulumi_kubernetes``; a custom resource needs the
chart that brings its definition, and anything namespaced needs its namespace, so a missing ``depends_on`` shows. Helm
releases are recorded with their values: no chart can be had here. Admission, defaults and the schemas of custom
resources are judged by the real API server, in the tests of the control plane.
"""

import importlib.metadata
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from typing_extensions import override

from tests.infra.engine.conform import refusals
from tests.infra.engine.declared import declaration
from tests.infra.engine.provider import ProviderRefusedError, Resource, ResourceModel
from tests.infra.engine.wire import UNKNOWN, Value, Values, known, reveal

RELEASE = "kubernetes:helm.sh/v3:Release"
NAMESPACES = frozenset({"default", "kube-system", "gmp-public"})
BROUGHT_BY: Mapping[str, str] = {"monitoring.coreos.com": "prometheus-operator-crds", "keda.sh": "keda"}
"""API group -> the chart whose release defines its kinds. Groups that are not here belong to the platform."""

_AUTONAME_DIGITS = 8
_FOREVER = ("metadata.name", "metadata.namespace", "apiVersion", "kind")
_FIXED: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "PriorityClass": ("value",),
    "Secret": ("type",),
}
"""Fields that the API server does not let change, by kind."""


@dataclass
class RecordedCluster(ResourceModel):
    """The cluster.

    Attributes:
        applied: Id -> object as applied, with its marks of secrets.
        releases: Name -> inputs of the Helm release.
        namespaces: Namespaces that were there before.
        defined: API groups whose definitions another manager installed before.
    """

    applied: dict[str, Values] = field(default_factory=dict)
    releases: dict[str, Values] = field(default_factory=dict)
    namespaces: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()
    version: str = importlib.metadata.version("pulumi-kubernetes")
    _config: Values = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def copied(self) -> "RecordedCluster":
        """The same cluster once more; what happens to one leaves the other as it is."""
        return replace(self, applied=dict(self.applied), releases=dict(self.releases))

    @override
    def configure(self, config: Values) -> None:
        """Take the provider's switches, which decide what must be replaced."""
        self._config = config

    @override
    def complete(self, resource: Resource, inputs: Values) -> tuple[Values, list[tuple[str, str]]]:
        declared = declaration(resource.token)
        if resource.token == RELEASE:
            named = {**inputs, "name": inputs.get("name") or resource.autoname(_AUTONAME_DIGITS)}
            return named, list(refusals(reveal(named), declared.inputs)) if declared else []
        metadata = dict(inputs.get("metadata") or {})
        metadata.setdefault("name", resource.autoname(_AUTONAME_DIGITS))
        inputs = {**inputs, "metadata": metadata}
        if declared:
            return inputs, list(refusals(reveal(inputs), declared.inputs))
        return inputs, list(_of_custom(resource, reveal(inputs)))

    @override
    def replacing(self, resource: Resource) -> frozenset[str]:
        if resource.token == RELEASE:
            return frozenset({"name", "namespace"})
        kind = resource.token.rpartition(":")[2]
        fixed = [*_FOREVER, *_FIXED.get(kind, ())]
        switch = {"ConfigMap": "enableConfigMapMutable", "Secret": "enableSecretMutable"}.get(kind)
        if switch and not self.switched_on(switch):
            fixed += ["data", "binaryData", "stringData"]
        return frozenset(fixed)

    @override
    def foresee(self, resource: Resource, inputs: Values) -> Values:
        return _shown(resource, inputs, UNKNOWN)

    @override
    def create(self, resource: Resource, inputs: Values) -> tuple[str, Values]:
        plain = reveal(inputs)
        with self._lock:
            if resource.token == RELEASE:
                self._require_namespace(resource, plain, created=bool(plain.get("createNamespace")))
                identity = f"{plain.get('namespace', 'default')}/{plain['name']}"
                self._occupy(resource, identity, inputs)
                self.releases[plain["name"]] = inputs
            else:
                self._require_namespace(resource, plain.get("metadata", {}))
                self.require_definition(resource)
                name = plain["metadata"]
                identity = f"{name['namespace']}/{name['name']}" if name.get("namespace") else str(name["name"])
                self._occupy(resource, f"{resource.token} {identity}", inputs)
        return identity, _shown(resource, inputs, identity)

    @override
    def read(self, resource: Resource, identity: str, _inputs: Values) -> tuple[Values, Values] | None:
        with self._lock:
            found = self.applied.get(key(resource, identity))
        return None if found is None else (found, _shown(resource, found, identity))

    @override
    def update(self, resource: Resource, identity: str, inputs: Values) -> Values:
        with self._lock:
            if key(resource, identity) not in self.applied:
                raise ProviderRefusedError(f"{resource.token} {identity} does not exist")
            self.applied[key(resource, identity)] = inputs
            if resource.token == RELEASE:
                self.releases[reveal(inputs)["name"]] = inputs
        return _shown(resource, inputs, identity)

    @override
    def delete(self, resource: Resource, identity: str) -> None:
        with self._lock:
            self.applied.pop(key(resource, identity), None)
            if resource.token == RELEASE:
                self.releases.pop(identity.rpartition("/")[2], None)

    @override
    def invoke(self, token: str, arguments: Values) -> Values:
        raise ProviderRefusedError(
            f"{token} is not answered here: the program reads nothing from a cluster ({arguments})"
        )

    def switched_on(self, option: str) -> bool:
        """Whether the provider's configuration has an option."""
        return self._config.get(option) in (True, "true")

    def record(self, key: str, inputs: Values) -> None:
        """Note what is applied now."""
        with self._lock:
            self.applied[key] = inputs

    def _occupy(self, resource: Resource, key: str, inputs: Values) -> None:
        if key in self.applied:
            raise ProviderRefusedError(f"{resource.token} {key} already exists")
        self.applied[key] = inputs

    def _require_namespace(self, resource: Resource, place: Mapping[str, Value], *, created: bool = False) -> None:
        namespace = place.get("namespace")
        there = (
            NAMESPACES
            | self.namespaces
            | {key.split(" ")[1] for key in self.applied if key.startswith("kubernetes:core/v1:Namespace ")}
        )
        if namespace and namespace not in there and not created:
            raise ProviderRefusedError(f"{resource.token} {resource.name}: namespace {namespace!r} not found")

    def require_definition(self, resource: Resource) -> None:
        """Refuse a custom resource whose chart is not installed.

        Raises:
            ProviderRefusedError: Its kind is brought by a chart that has no release.
        """
        group = resource.token.split(":")[1].split("/")[0]
        chart = BROUGHT_BY.get(group)
        if (
            chart
            and group not in self.defined
            and chart not in {str(reveal(release)["chart"]).rpartition("/")[2] for release in self.releases.values()}
        ):
            raise ProviderRefusedError(
                f"{resource.token} {resource.name}: no matches for kind; the chart {chart} is not installed"
            )


def key(resource: Resource, identity: str) -> str:
    """Under which a resource is recorded as applied."""
    return identity if resource.token == RELEASE else f"{resource.token} {identity}"


def _shown(resource: Resource, inputs: Values, identity: str) -> Values:
    """The object as the API server gives it back: what only it can know is added."""
    uid = UNKNOWN if identity == UNKNOWN else str(uuid.uuid5(uuid.NAMESPACE_URL, resource.urn))
    if resource.token == RELEASE:
        return {**inputs, "status": UNKNOWN if identity == UNKNOWN else {"status": "deployed", "revision": 1}}
    return {**inputs, "metadata": {**inputs["metadata"], "uid": uid}}


def _of_custom(resource: Resource, inputs: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """What is wrong with a custom resource, or with a patch of one, that needs no schema to be seen."""
    version, _, kind = resource.token.removeprefix("kubernetes:").partition(":")
    for name, wanted in (("apiVersion", version), ("kind", kind.removesuffix("Patch"))):
        if known(inputs.get(name)) and inputs.get(name) != wanted:
            yield name, f"is {inputs.get(name)!r}; {wanted!r} is wanted"
