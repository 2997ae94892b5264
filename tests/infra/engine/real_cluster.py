"""A Kubernetes cluster behind a real API server: what the engine asks for is done there.

So the API server judges every object with its schemas, defaults and admission, and what others do to it meanwhile is
seen. It is done in the way of Pulumi's own provider: each resource is a field manager of its own; it is created, or
refused where it exists, unless ``upsertExistingObjects``; it is updated by server-side apply, which first takes over
what people changed with kubectl and stops at a field of any other manager, unless ``pulumi.com/patchForce`` or
``enablePatchForce``; its deletion waits for the end of all that it owns. Two things are not as there: nothing waits for
pods, for there is no node, and Helm releases and kinds without a CRD that can be had are only recorded. References:
the options of ``pulumi_kubernetes.Provider``, and
https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from typing_extensions import override

from tests.infra.engine.cluster import RELEASE, RecordedCluster, key
from tests.infra.engine.provider import ProviderRefusedError, Resource
from tests.infra.engine.stored import as_applied, manifest, shown, taken_over
from tests.infra.engine.wire import Values, reveal
from vitals.verify.cluster import api

FORCE, UPSERT = "PULUMI_K8S_ENABLE_PATCH_FORCE", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
"""The environment variables that the installed package makes options of the provider of."""
GONE_WITHIN_S = 60.0
_FORCED = "pulumi.com/patchForce"


@dataclass
class RealCluster(RecordedCluster):
    """The cluster. Every object that is applied is recorded, too.

    Attributes:
        server: Its API server.
        only_recorded: ``(apiVersion, kind)`` of the kinds that the server cannot know; patches of theirs, too.
    """

    server: api.ApiServer = field(kw_only=True)
    only_recorded: frozenset[tuple[str, str]] = field(default=frozenset(), kw_only=True)

    @override
    def copied(self) -> RecordedCluster:
        raise NotImplementedError("there is one API server, and what happens to it happens to all who ask it")

    @override
    def create(self, resource: Resource, inputs: Values) -> tuple[str, Values]:
        if self._is_only_recorded(resource):
            return super().create(resource, inputs)
        self.require_definition(resource)
        if self.switched_on("upsertExistingObjects"):
            stored = self._apply(resource, inputs)
        else:
            with _answering(resource):
                stored = self.server.create(manifest(inputs), manager=_manager(resource))
        place, name = stored["metadata"].get("namespace"), stored["metadata"]["name"]
        identity = f"{place}/{name}" if place else str(name)
        self.record(key(resource, identity), inputs)
        return identity, shown(inputs, stored)

    @override
    def read(self, resource: Resource, identity: str, inputs: Values) -> tuple[Values, Values] | None:
        if self._is_only_recorded(resource):
            return super().read(resource, identity, inputs)
        stored = self._stored(resource, identity)
        return None if stored is None else (as_applied(inputs, stored), shown(inputs, stored))

    @override
    def update(self, resource: Resource, identity: str, inputs: Values) -> Values:
        if self._is_only_recorded(resource):
            return super().update(resource, identity, inputs)
        before = self._stored(resource, identity)
        if before is None:
            raise ProviderRefusedError(f"{resource.token} {identity} not found")
        self._take_over(resource, before)
        stored = self._apply(resource, inputs)
        self.record(key(resource, identity), inputs)
        return shown(inputs, stored)

    @override
    def delete(self, resource: Resource, identity: str) -> None:
        if not self._is_only_recorded(resource):
            self._delete(resource, identity)
        super().delete(resource, identity)

    def _is_only_recorded(self, resource: Resource) -> bool:
        version, kind = _kind(resource)
        return resource.token == RELEASE or (version, kind.removesuffix("Patch")) in self.only_recorded

    def _apply(self, resource: Resource, inputs: Values) -> dict[str, Any]:
        annotations = reveal(inputs["metadata"]).get("annotations", {})
        force = annotations.get(_FORCED) == "true" or self.switched_on("enablePatchForce")
        with _answering(resource):
            return self.server.apply(manifest(inputs), manager=_manager(resource), force=force)

    def _take_over(self, resource: Resource, stored: dict[str, Any]) -> None:
        owners, as_read = taken_over(stored, _manager(resource)), stored["metadata"]
        if owners != as_read["managedFields"]:
            changed = {"/metadata/managedFields": owners, "/metadata/resourceVersion": as_read["resourceVersion"]}
            with _answering(resource):
                self.server.replace(stored, changed)

    def _stored(self, resource: Resource, identity: str) -> dict[str, Any] | None:
        with _answering(resource):
            return self.server.get(*_address(resource, identity))

    def _delete(self, resource: Resource, identity: str) -> None:
        stored = self._stored(resource, identity)
        if stored is None:
            return
        deadline = time.monotonic() + GONE_WITHIN_S
        with _answering(resource):
            self.server.delete(*_address(resource, identity))
        while (left := self._stored(resource, identity)) and left["metadata"]["uid"] == stored["metadata"]["uid"]:
            if time.monotonic() > deadline:
                waiting = left["metadata"].get("finalizers") or left.get("status", {}).get("conditions")
                raise ProviderRefusedError(f"{resource.token} {identity} is still there, waiting for {waiting}")
            time.sleep(0.1)


def _manager(resource: Resource) -> str:
    return f"pulumi-kubernetes-{hashlib.sha256(resource.urn.encode()).hexdigest()[:8]}"


def _kind(resource: Resource) -> tuple[str, str]:
    """A resource's ``(apiVersion, kind)``."""
    version, _, kind = resource.token.removeprefix("kubernetes:").partition(":")
    return version.removeprefix("core/"), kind


def _address(resource: Resource, identity: str) -> tuple[str, str, str, str | None]:
    place, _, name = identity.rpartition("/")
    return *_kind(resource), name, place or None


@contextmanager
def _answering(resource: Resource) -> Iterator[None]:
    """Report what the server says against it, or that it says nothing, as a provider does."""
    try:
        yield
    except (api.RefusedError, httpx.HTTPError) as error:
        raise ProviderRefusedError(f"{resource.token} {resource.name}: {error}") from error
