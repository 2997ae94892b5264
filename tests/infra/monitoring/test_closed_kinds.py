"""Kinds of GKE alone, whose definitions cannot be had here: held to the fields that Google documents, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.monitoring.installed import Installed

pytestmark = pytest.mark.engine

Shape = Mapping[str, Any]

METADATA: Shape = {"name": str, "namespace": str, "labels": dict}
HEALTH_CHECK_POLICY: Shape = {
    "apiVersion": "networking.gke.io/v1",
    "kind": "HealthCheckPolicy",
    "metadata": METADATA,
    "spec": {
        "targetRef": {"group": "", "kind": "Service", "name": str},
        "default": {"config": {"type": "HTTP", "httpHealthCheck": {"port": float, "requestPath": str}}},
    },
}
"""https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources#configure_health_check"""
SECRET_PROVIDER_CLASS: Shape = {
    "apiVersion": "secrets-store.csi.x-k8s.io/v1",
    "kind": "SecretProviderClass",
    "metadata": METADATA,
    "spec": {"provider": "gke", "parameters": {"secrets": str}},
}
"""https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component"""


def _differences(value: object, shape: object, path: str) -> Iterator[str]:
    """Where a value is not of a shape: every key of it is there, and none that it does not have."""
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping) or set(value) != set(shape):
            yield f"{path}: {value!r}"
        else:
            for key, inner in shape.items():
                yield from _differences(value[key], inner, f"{path}.{key}")
    elif isinstance(shape, type):
        if not isinstance(value, shape):
            yield f"{path}: {value!r} is not a valid {shape.__name__}"
    elif value != shape:
        yield f"{path}: {value!r} is not {shape!r}"


@pytest.mark.parametrize("shape", [HEALTH_CHECK_POLICY, SECRET_PROVIDER_CLASS], ids=lambda shape: shape["kind"])
def test_objects_of_gke_have_exactly_the_documented_fields(installed: Installed, shape: Shape) -> None:
    """They exist on Google and nowhere else, and a misspelt field would be dropped there without a word."""
    found = installed.of(shape["kind"])

    assert bool(found) == (installed.settings.google is not None)
    for name, one in found.items():
        assert list(_differences(one, shape, name)) == []
