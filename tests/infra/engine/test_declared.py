"""What is read from the installed packages: required inputs, allowed values, forms of ids, references."""

from __future__ import annotations

import pytest

from tests.infra.engine.allowed import allowed_values
from tests.infra.engine.conform import refusals
from tests.infra.engine.declared import declaration
from tests.infra.engine.references import Reference, references

NETWORK = "gcp:compute/network:Network"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
CLUSTER = "gcp:container/cluster:Cluster"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("How it routes. Possible values are: `A_B`, `C`.", {"A_B", "C"}),
        ("Supported values include: `A`, `B` and `C`. In beta, `D` too.", {"A", "B", "C"}),
        ('Possible values: ["ALL", "NONE"]', {"ALL", "NONE"}),
        ("Accepted values are:\n* RAPID: Weekly.\n* STABLE: Rarely.\n", {"RAPID", "STABLE"}),
        ("Can be `X` or `Y`. Defaults to `X`.", {"X", "Y"}),
        ("Such as pd-standard or pd-ssd.", set()),
        ("* RAPID: Weekly.\n* and another remark\n", set()),
        (None, set()),
    ],
)
def test_values_are_read_only_where_the_list_is_whole(text: str | None, values: set[str]) -> None:
    """Known forms give the whole list; anything else gives none, so nothing good is refused."""
    assert allowed_values(text) == values


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        ("gcp:projects/iAMMember:IAMMember", {"project": "p", "member": "m"}, "role"),
        (NETWORK, {"mtu": 1460.5}, "mtu"),
        (NETWORK, {"mtu": True}, "mtu"),
        (CLUSTER, {"releaseChannel": {"channel": "FAST"}}, "releaseChannel.channel"),
        (CLUSTER, {"monitoringConfig": {"enableComponents": ["POD", "CPU"]}}, "monitoringConfig.enableComponents"),
        (CLUSTER, {"resourceLabels": {"team": 1}}, "resourceLabels.team"),
        (CLUSTER, {"nodePools": {"name": "n"}}, "nodePools"),
        ("kubernetes:core/v1:ConfigMap", {"kind": "Secret"}, "kind"),
        ("kubernetes:core/v1:Service", {"spec": {"ports": [{"port": 80, "prot": "TCP"}]}}, "spec.ports[0].prot"),
        ("kubernetes:helm.sh/v3:Release", {"values": {}}, "chart"),
    ],
)
def test_one_wrong_input_is_one_refusal(token: str, inputs: dict[str, object], path: str) -> None:
    """The refusal names the path of what is wrong, and nothing else is refused."""
    declared = declaration(token)
    assert declared is not None
    refused = [where for where, _ in refusals(inputs, declared.inputs)]

    assert refused == [path]


def test_a_type_that_the_packages_do_not_have() -> None:
    """Neither a misspelt type nor a custom resource has a declaration."""
    assert declaration("gcp:compute/network:Netwerk") is None
    assert declaration("kubernetes:monitoring.coreos.com/v1:PrometheusRule") is None


def test_the_form_of_an_id_comes_from_the_package() -> None:
    """The import format in the documentation is how Google's provider writes an id."""
    declared = declaration(NETWORK)

    assert declared is not None
    assert declared.id_format == "projects/{{project}}/global/networks/{{name}}"


def test_references_are_known_by_argument_path_and_address() -> None:
    """An argument called like a type, a resource's path and a service account's address each name something."""
    inputs = {
        "name": "sub",
        "network": "net",
        "purpose": "PRIVATE",
        "description": "projects/p/global/networks/other",
        "params": {"by": "serviceAccount:nodes@p.iam.gserviceaccount.com"},
    }

    assert list(references(SUBNETWORK, inputs)) == [
        Reference("network", "net", NETWORK),
        Reference("description", "projects/p/global/networks/other", None),
        Reference("params.by", "nodes@p.iam.gserviceaccount.com", None),
    ]
