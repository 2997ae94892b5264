"""The provider that the engine's tests attach, before a real API server: whose field is whose, and what is gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.engine import real_cluster
from tests.infra.engine.provider import ProviderRefusedError, Resource
from tests.infra.engine.real_cluster import RealCluster
from tests.infra.engine.wire import Values, reveal, secret
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.cluster
DNS = {"name": "dns", "port": 53.0, "protocol": "UDP"}


@pytest.fixture
def cluster(api: ApiServer) -> RealCluster:
    """The cluster of the control plane that all tests share."""
    return RealCluster(server=api)


def config_map(name: str, data: dict[str, Any], **annotations: str) -> tuple[Resource, Values]:
    """A ConfigMap as the program gives it."""
    resource = Resource("kubernetes:core/v1:ConfigMap", name, f"urn:{name}")
    metadata = {"name": name, "namespace": "default", "annotations": annotations}
    return resource, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def test_what_exists_is_taken_over_only_on_request(cluster: RealCluster, api: ApiServer) -> None:
    """A creation is refused where another manager's object is, unless the provider is to adopt it."""
    resource, inputs = config_map("taken", {"key": "ours"})
    api.create({**inputs, "data": {"other": "theirs"}}, manager="another")

    with pytest.raises(ProviderRefusedError, match="already exists"):
        cluster.create(resource, inputs)
    cluster.configure({"upsertExistingObjects": "true"})
    _, outputs = cluster.create(resource, inputs)

    assert outputs["data"] == {"key": "ours", "other": "theirs"}


def test_a_field_of_another_manager_is_won_by_force_only(cluster: RealCluster, api: ApiServer) -> None:
    """What another program set is a conflict that names it; the object's annotation and the provider's option win."""
    resource, inputs = config_map("fought", {"a": "ours", "b": "ours"})
    identity, _ = cluster.create(resource, inputs)
    api.replace(inputs, {"/data/a": "theirs"}, manager="program")

    with pytest.raises(ProviderRefusedError, match=r'conflict with "program".*\.data\.a'):
        cluster.update(resource, identity, inputs)
    _, forced = config_map("fought", {"a": "ours", "b": "ours"}, **{"pulumi.com/patchForce": "true"})
    assert cluster.update(resource, identity, forced)["data"]["a"] == "ours"
    api.replace(inputs, {"/data/b": "theirs"}, manager="program")
    cluster.configure({"enablePatchForce": "true"})
    assert cluster.update(resource, identity, inputs)["data"]["b"] == "ours"


def test_an_update_undoes_kubectl_and_drops_what_the_program_dropped(cluster: RealCluster, api: ApiServer) -> None:
    """Edits of people fall to the program; keys that it gave up are gone, and those of other programs stay."""
    resource, inputs = config_map("edited", {"a": "1", "b": "2"})
    identity, _ = cluster.create(resource, inputs)
    api.replace(inputs, {"/data/a": "edited"}, manager="kubectl-edit")
    theirs = {**inputs, "metadata": {"name": "edited", "namespace": "default"}, "data": {"c": "3"}}
    api.apply(theirs, manager="program")

    _, fewer = config_map("edited", {"a": "1"})

    assert cluster.update(resource, identity, fewer)["data"] == {"a": "1", "c": "3"}


def test_a_deletion_waits_for_the_end(cluster: RealCluster, api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a finalizer holds on to an object it is there, and the provider says who; then it is gone."""
    resource, inputs = config_map("held", {})
    identity, _ = cluster.create(resource, inputs)
    same = {"name": "held", "namespace": "default"}
    holding = {**inputs, "metadata": {**same, "finalizers": ["example.com/hold"]}}
    api.apply(holding, manager="holder")
    monkeypatch.setattr(real_cluster, "GONE_WITHIN_S", 0.0)

    with pytest.raises(ProviderRefusedError, match=r"still there, waiting for .*example.com/hold"):
        cluster.delete(resource, identity)
    api.apply({**inputs, "metadata": same}, manager="holder")
    monkeypatch.undo()
    cluster.delete(resource, identity)

    assert cluster.read(resource, identity, inputs) is None
    with pytest.raises(ProviderRefusedError, match="not found"):
        cluster.update(resource, identity, inputs)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("Service", {"spec": {"selector": {"app": "x"}, "ports": [{"name": "a", "port": 80.0}, DNS]}}),
        ("Secret", {"stringData": {"word": secret("a-word-to-keep")}}),
    ],
)
def test_what_was_just_made_is_as_applied(cluster: RealCluster, kind: str, content: Values) -> None:
    """Whatever the server added; and a secret stays marked wherever it comes back."""
    resource = Resource(f"kubernetes:core/v1:{kind}", "fresh", f"urn:fresh:{kind}")
    metadata = {"name": "fresh", "namespace": "default"}
    inputs = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}

    identity, outputs = cluster.create(resource, inputs)
    again = cluster.read(resource, identity, inputs)

    assert again == (inputs, outputs)
    assert ("a-word-to-keep" in str(reveal(again))) == (kind == "Secret")
    assert cluster.update(resource, identity, inputs)["metadata"]["uid"] == outputs["metadata"]["uid"]


def test_a_custom_resource_still_needs_its_chart(cluster: RealCluster) -> None:
    """The definitions are on the server from the start; the program must install them all the same."""
    resource = Resource("kubernetes:monitoring.coreos.com/v1:PrometheusRule", "rule", "urn:rule")

    with pytest.raises(ProviderRefusedError, match="the chart prometheus-operator-crds is not installed"):
        cluster.create(resource, {"metadata": {"name": "rule", "namespace": "default"}})
