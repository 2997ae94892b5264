"""The real Prometheus operator takes the channels of other teams: configuration, secret files, the keys of AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.monitoring.other_teams import alertmanager_object, rendered_cloud
from tests.verify.cluster.generated import eventually, read_generated
from tests.verify.cluster.shipped import namespace
from vitals.model.catalog import Catalogue
from vitals.rendered import Rendered
from vitals.verify.cluster.api import ApiServer

pytestmark = pytest.mark.cluster

PLACE, NAME = "other-teams", "alertmanager"


@pytest.fixture
def applied(api: ApiServer, sample: Catalogue, tmp_path: Path) -> Rendered:
    """Alertmanager's object and configuration, in a namespace of their own."""
    cloud = rendered_cloud(sample, tmp_path)
    server = alertmanager_object(cloud)
    server["metadata"] = {**server["metadata"], "namespace": PLACE}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": f"{NAME}-config", "namespace": PLACE},
        "stringData": {"alertmanager.yaml": cloud.alertmanager},
    }
    storage = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": server["spec"]["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"]},
        "provisioner": "kubernetes.io/no-provisioner",
    }
    for manifest in (namespace(PLACE), storage, secret, server):
        api.apply(manifest)
    return cloud


def test_the_operator_passes_on_every_channel_with_its_files(applied: Rendered, api: ApiServer) -> None:
    """The API server admits the object, and the operator's pods read what each channel names, where it names it."""
    made = eventually(lambda: api.get("apps/v1", "StatefulSet", f"alertmanager-{NAME}", PLACE))
    (container,) = [one for one in made["spec"]["template"]["spec"]["containers"] if one["name"] == "alertmanager"]
    mounted = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}

    assert _written(api) == yaml.safe_load(applied.alertmanager)
    assert mounted["/etc/alertmanager/secrets"] == "alertmanager-files"
    assert {"name": "AWS_SHARED_CREDENTIALS_FILE", "value": "/etc/alertmanager/secrets/aws-credentials"} in container[
        "env"
    ]


def _written(api: ApiServer) -> dict[str, Any]:
    text = read_generated(api, PLACE, prometheus=None, alertmanager=NAME).alertmanager
    found: dict[str, Any] = yaml.safe_load(text)
    return found
