"""Everything that is rendered as an object is taken by a real API server, strictly, and kept whole."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.verify.cluster.shipped import ENVIRONMENTS, namespace, objects, read
from vitals.paths import RENDERED
from vitals.rendered import names
from vitals.verify.cluster.api import ApiServer, RefusedError

pytestmark = pytest.mark.cluster

RULES = RENDERED / "prod" / names.RULES / "node.system.yaml"


def holds(stored: object, sent: object) -> bool:
    """Whether everything that was sent is in what is stored, which has defaults beside it and nothing empty."""
    if isinstance(sent, dict):
        return isinstance(stored, dict) and all(
            holds(stored[key], value) if key in stored else value in ({}, []) for key, value in sent.items()
        )
    if isinstance(sent, list):
        return isinstance(stored, list) and len(stored) == len(sent) and all(map(holds, stored, sent))
    return stored == sent


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_object_of_an_environment_is_taken_and_kept(api: ApiServer, environment: str) -> None:
    """No field is unknown, no value is refused, and nothing that we wrote is dropped on the way to the store."""
    manifests = objects(environment)
    assert {"PrometheusRule", "ServiceMonitor"} <= {manifest["kind"] for manifest in manifests}
    for manifest in manifests:
        if within := manifest["metadata"].get("namespace"):
            api.apply(namespace(within))
        assert holds(api.apply(manifest), manifest), manifest["metadata"]["name"]


def test_applying_the_same_again_changes_nothing(api: ApiServer) -> None:
    """The object's generation stays, so a second deployment restarts nothing."""
    manifest = read(RULES)
    api.apply(namespace(manifest["metadata"]["namespace"]))
    first, second = api.apply(manifest), api.apply(manifest)

    assert first["metadata"]["generation"] == second["metadata"]["generation"]
    assert first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"]


def planted(**change: object) -> dict[str, Any]:
    """One of our rule objects with something wrong in its first rule."""
    manifest = copy.deepcopy(read(RULES))
    manifest["metadata"]["name"] = "planted"
    manifest["spec"]["groups"][0]["rules"][0].update(change)
    return manifest


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (planted(fro="5m"), 'unknown field "spec.groups[0].rules[0].fro"|field not declared in schema'),
        (planted(**{"for": "five minutes"}), r"spec.groups\[0\].rules\[0\].for"),
        (planted(expr=["up"]), r"spec.groups\[0\].rules\[0\].expr|expected string"),
        (read(RULES) | {"kind": "PrometheusRuler"}, "serves no PrometheusRuler"),
        (read(RULES) | {"apiVersion": "monitoring.googleapis.com/v1"}, "monitoring.googleapis.com/v1"),
    ],
    ids=["misspelt", "no-duration", "wrong-type", "unknown-kind", "kind-without-a-crd"],
)
def test_what_is_wrong_is_refused(api: ApiServer, manifest: dict[str, Any], why: str) -> None:
    """The API server that took the rest does not accept everything: each planted mistake is named."""
    api.apply(namespace(manifest["metadata"]["namespace"]))
    with pytest.raises(RefusedError, match=why):
        api.apply(manifest)
