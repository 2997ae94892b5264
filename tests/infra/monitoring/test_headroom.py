"""Room for new replicas: placeholders that give way to everything and bring a node when they have given way."""

from __future__ import annotations

from typing import Any

from infra.monitoring.charts import Image
from infra.monitoring.headroom import headroom
from vitals.rendered import HeadroomEntry

CUTOFF_OF_CLUSTER_AUTOSCALER = -10
"""For pods below it no node is added: its default for ``expendable-pods-priority-cutoff``."""
NO_CLASS = 0
"""The priority of a pod that names no class, where no class is the default."""


def _made() -> dict[str, Any]:
    image = Image(repository="registry.example/pause", tag="3", version="3.0.0")
    found = headroom(HeadroomEntry(pods=3, cpu="400m", memory="512Mi"), "monitoring", image)
    return {str(manifest["kind"]): manifest for manifest in found}


def test_placeholders_give_way_to_everything_and_still_bring_a_node() -> None:
    """Their priority is below that of any pod, and not so low that the cluster does not grow for them."""
    made = _made()

    assert CUTOFF_OF_CLUSTER_AUTOSCALER <= made["PriorityClass"]["value"] < NO_CLASS
    assert made["PriorityClass"]["preemptionPolicy"] == "Never"
    assert not made["PriorityClass"].get("globalDefault", False)
    pod = made["Deployment"]["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == made["PriorityClass"]["metadata"]["name"]
    assert pod["terminationGracePeriodSeconds"] == 0


def test_placeholders_hold_what_the_environment_says() -> None:
    """As many of them, each as large, and none of them asks the API server for anything."""
    spec = _made()["Deployment"]["spec"]
    (container,) = spec["template"]["spec"]["containers"]

    assert spec["replicas"] == 3
    assert container["resources"]["requests"] == {"cpu": "400m", "memory": "512Mi"}
    assert spec["template"]["spec"]["automountServiceAccountToken"] is False
