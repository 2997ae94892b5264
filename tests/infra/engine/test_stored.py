"""What counts as a difference between an applied object and what the API server keeps of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.engine.stored import as_applied, manifest, shown, taken_over
from tests.infra.engine.wire import Values, reveal, secret

MANAGER = "pulumi-kubernetes-00000000"
SERVICE: Values = {
    "kind": "Service",
    "metadata": {"name": "s", "labels": {"app": "s"}},
    "spec": {"ports": [{"port": 80, "name": "http"}, {"port": 443}], "externalIPs": ["1.1.1.1"], "selector": {}},
}


def stored(**spec: object) -> dict[str, Any]:
    """The service as a server keeps it, with defaults and with who owns what, but for some fields."""
    ports: dict[str, Any] = {
        'k:{"port":80,"protocol":"TCP"}': {"f:port": {}, "f:name": {}},
        'k:{"port":443,"protocol":"TCP"}': {"f:port": {}},
    }
    kept = [{"port": 80, "protocol": "TCP", "name": "http"}, {"port": 443, "protocol": "TCP"}]
    fields = {"f:spec": {"f:ports": ports, "f:externalIPs": {'v:"1.1.1.1"': {}}}}
    owners = [{"manager": MANAGER, "operation": "Apply", "fieldsV1": fields}]
    return {
        "kind": "Service",
        "metadata": {"name": "s", "labels": {"app": "s", "theirs": "x"}, "uid": "u", "managedFields": owners},
        "spec": {"clusterIP": "10.0.0.1", "ports": kept, "externalIPs": ["1.1.1.1"], **spec},
        "status": {"loadBalancer": {}},
    }


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"externalIPs": ["2.2.2.2", "1.1.1.1"]},
        {"ports": [{"port": 53, "protocol": "UDP"}, *reversed(stored()["spec"]["ports"])]},
    ],
    ids=["defaults", "set", "keyed"],
)
def test_what_others_add_is_not_a_difference(spec: dict[str, object]) -> None:
    """Defaults, elements of others, their order, an empty map that is not kept: the inputs are as given."""
    assert as_applied(SERVICE, stored(**spec)) == SERVICE


@pytest.mark.parametrize(
    ("spec", "ports", "addresses"),
    [
        ({"externalIPs": []}, SERVICE["spec"]["ports"], []),
        ({"ports": stored()["spec"]["ports"][:1]}, SERVICE["spec"]["ports"][:1], ["1.1.1.1"]),
        (
            {"ports": [{**stored()["spec"]["ports"][0], "name": "web"}, stored()["spec"]["ports"][1]]},
            [{"port": 80, "name": "web"}, {"port": 443}],
            ["1.1.1.1"],
        ),
    ],
    ids=["element of a set", "keyed element", "field of a keyed element"],
)
def test_what_was_ours_and_is_not_so_any_more_is_a_difference(
    spec: dict[str, object], ports: list[Values], addresses: list[str]
) -> None:
    """A removed element and a changed field are in the inputs as they are now."""
    found = as_applied(SERVICE, stored(**spec))["spec"]

    assert (found["ports"], found["externalIPs"]) == (ports, addresses)


def test_a_list_without_keys_is_one_value() -> None:
    """Its elements are compared one by one, defaults left out, and an added one is a difference."""
    inputs: Values = {"kind": "K", "metadata": {"name": "k"}, "rules": [{"a": 1}]}
    one: dict[str, Any] = {"kind": "K", "metadata": {"name": "k"}, "rules": [{"a": 1, "default": 2}]}

    assert as_applied(inputs, one) == inputs
    assert len(as_applied(inputs, {**one, "rules": [*one["rules"], {"a": 3}]})["rules"]) == 2


def test_a_secret_goes_there_and_back() -> None:
    """Text becomes data and text again, and keeps its mark in inputs and outputs; so does a value of another kind."""
    inputs: Values = {"kind": "Secret", "metadata": {"name": "s"}, "stringData": {"key": secret("kept")}}
    kept = {"kind": "Secret", "metadata": {"name": "s"}, "data": {"key": "a2VwdA=="}}

    assert manifest(inputs) == kept
    assert as_applied(inputs, kept) == inputs
    assert as_applied(inputs, {**kept, "data": {"key": "b3RoZXI="}})["stringData"] == {"key": secret("other")}
    assert shown(inputs, kept)["data"] == as_applied({}, kept)["data"] == secret(kept["data"])
    other: Values = {"kind": "K", "metadata": {"name": "k"}, "list": [{"value": secret("kept")}, "shown"]}
    assert shown(other, reveal(other)) == other


def test_an_update_takes_over_what_people_changed() -> None:
    """Fields of kubectl and of the creation become the applier's; those of a program and of a status stay theirs."""
    entries: list[dict[str, Any]] = [
        {"manager": MANAGER, "operation": "Update", "fieldsV1": {"f:spec": {"f:a": {}}}},
        {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:b": {}}}},
        {"manager": "scaler", "operation": "Update", "fieldsV1": {"f:spec": {"f:c": {}}}},
        {"manager": "kubectl", "operation": "Update", "subresource": "status", "fieldsV1": {"f:status": {}}},
    ]

    *left, mine = taken_over({"metadata": {"managedFields": entries}}, MANAGER)

    assert left == entries[2:]
    assert mine["fieldsV1"] == {"f:spec": {"f:a": {}, "f:b": {}}}
    assert (mine["manager"], mine["operation"]) == (MANAGER, "Apply")
    assert taken_over({"metadata": {"managedFields": [mine]}}, MANAGER) == [mine]
