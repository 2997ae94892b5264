"""What the loop applies: the ScaledObject exactly as rendered but for one address, and who is asked for requests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.paths import RENDERED
from vitals.rendered import Rendered, environments, names, read
from vitals.verify.scaling_loop.endpoints import Serving, serving_in
from vitals.verify.scaling_loop.objects import PRE_STOP_S, platform, served_by, shipped

SCALED = [read(RENDERED / name) for name in environments(RENDERED) if (RENDERED / name / names.SCALERS).is_dir()]
URL = "http://127.0.0.1:9090"


@pytest.mark.parametrize("rendered", SCALED, ids=[one.name for one in SCALED])
def test_only_the_address_of_prometheus_differs_from_what_ships(rendered: Rendered) -> None:
    """Put the rendered address back, and the object is the file again."""
    one = shipped(rendered, "wellness-api")
    asking = one.asking(URL)
    addresses = [trigger["metadata"].get("serverAddress") for trigger in asking["spec"]["triggers"]]

    assert URL in addresses
    assert set(addresses) <= {URL, None}
    for there, rendered_trigger in zip(asking["spec"]["triggers"], one.scaled_object["spec"]["triggers"], strict=True):
        there["metadata"] = {**there["metadata"], **rendered_trigger["metadata"]}
    assert asking == yaml.safe_load((rendered.folder / names.SCALERS / "wellness-api.yaml").read_text())


def test_a_service_without_a_scaler_cannot_be_drilled() -> None:
    """The environment of one machine scales nothing; the message says which file is missing."""
    with pytest.raises(VitalsError, match=r"wellness-api\.yaml does not exist.*'local' scales no service"):
        shipped(read(RENDERED / "local"), "wellness-api")


def test_a_scaler_that_asks_nothing_about_requests_cannot_be_drilled(tmp_path: Path) -> None:
    """One that follows a queue, say: the drill sends requests, and nothing would scale."""
    file = tmp_path / names.SCALERS / "follows-a-queue.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump({"spec": {"triggers": [{"name": "queue", "metadata": {}}]}}), encoding="utf-8")

    with pytest.raises(VitalsError, match=r"no trigger called 'requests'.*Demand\.REQUESTS"):
        shipped(replace(SCALED[0], folder=tmp_path), "follows-a-queue")


def test_replicas_stop_only_when_who_routes_to_them_has_heard_of_it(tmp_path: Path) -> None:
    """The Deployment asks for a pause before SIGTERM, and for a CPU request that the CPU trigger is a share of."""
    one = shipped(SCALED[0], "wellness-api")
    deployment = next(found for found in platform(one, bound="4:0.1", data=tmp_path) if found["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]

    assert container["lifecycle"]["preStop"]["sleep"]["seconds"] == PRE_STOP_S
    assert container["resources"]["requests"]["cpu"]
    assert deployment["spec"]["replicas"] == one.lowest
    assert container["command"][-2:] == ["--bound", "4:0.1"]


def test_an_api_group_is_served_by_a_port_of_this_machine() -> None:
    """A Service that stands for localhost, and the group that is found behind it."""
    service, group = served_by("v1beta1.external.metrics.k8s.io", "keda-adapter", 4711)

    assert service["spec"] == {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": 4711}]}
    assert (group["spec"]["group"], group["spec"]["version"]) == ("external.metrics.k8s.io", "v1beta1")
    assert group["spec"]["service"] == {"name": "keda-adapter", "namespace": "default", "port": 4711}


def test_a_replica_that_is_about_to_stop_is_scraped_and_gets_no_requests() -> None:
    """As the endpoint controller marks it: not ready, and still serving; one that is starting is neither."""
    slices: list[dict[str, object]] = [
        {"endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True, "serving": True}}]},
        {
            "endpoints": [
                {"addresses": ["10.0.0.2"], "conditions": {"ready": False, "serving": True, "terminating": True}},
                {"addresses": ["10.0.0.3"], "conditions": {"ready": False, "serving": False}},
            ]
        },
        {"endpoints": None},
    ]

    assert serving_in(slices) == Serving(ready=("10.0.0.1",), present=("10.0.0.1", "10.0.0.2"))
