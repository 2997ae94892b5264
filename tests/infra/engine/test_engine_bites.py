"""The harness itself: what a real provider, Google or an API server would refuse must fail here, too."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import automation

from tests.infra.engine.cluster import RecordedCluster
from tests.infra.engine.conftest import Start
from tests.infra.engine.google import GoogleCloud, GoogleResource
from tests.infra.engine.marks import ENGINE
from tests.infra.engine.wire import reveal

pytestmark = ENGINE


def _on_google() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=gcp.Provider("google", project="wellness", region="europe-west1"))


def _on_cluster() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=kubernetes.Provider("cluster", context="none"))


def _network(**arguments: object) -> None:
    gcp.compute.Network("net", name="net", opts=_on_google(), **arguments)


def test_an_input_that_changes_by_itself_shows_as_a_change(start: Start) -> None:
    """A second run of the same program must find nothing to do; a counter in an input is found and named."""
    run = itertools.count()

    def program() -> None:
        _network(description=f"run {next(run)}")

    stack = start(program)
    stack.up()

    assert stack.up().of("update") == ["net"]


def test_what_changes_behind_the_engine_shows_when_it_looks(start: Start, cluster: RecordedCluster) -> None:
    """A refresh names the object that is another, and the one that is gone."""

    def program() -> None:
        opts = _on_cluster()
        for name in ("edited", "deleted", "left"):
            kubernetes.core.v1.ConfigMap(name, metadata={"name": name}, data={"key": "ours"}, opts=opts)

    stack = start(program)
    stack.up()
    cluster.applied["kubernetes:core/v1:ConfigMap edited"]["data"] = {"key": "theirs"}
    del cluster.applied["kubernetes:core/v1:ConfigMap deleted"]

    found = stack.refresh()

    assert (found.of("update"), found.of("delete"), len(found.changes)) == (["edited"], ["deleted"], 2)


def test_a_name_of_nothing_is_refused(start: Start) -> None:
    """A reference that is written out instead of taken from the other resource fails unless that one exists."""

    def program() -> None:
        gcp.compute.Subnetwork("sub", name="sub", network="nett", ip_cidr_range="10.0.0.0/20", opts=_on_google())

    with pytest.raises(automation.CommandError, match="network names 'nett', which does not exist"):
        start(program).up()


def test_a_name_that_is_written_out_does_not_order(start: Start, google: GoogleCloud) -> None:
    """Even the right name is refused while its resource is not there yet: the dependency was lost."""

    def program() -> None:
        opts = _on_google()
        gcp.compute.Subnetwork(
            "sub",
            network="projects/wellness/global/networks/net",
            ip_cidr_range="10.0.0.0/20",
            opts=opts,
        )

    with pytest.raises(automation.CommandError, match="which does not exist"):
        start(program).up()
    assert not google.made


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"routing_mode": "EVERYWHERE"}, "routingMode is 'EVERYWHERE'; allowed are GLOBAL, REGIONAL"),
        ({"params": {"tags": {}}}, "params.tags is not a property here"),
    ],
    ids=["value", "unknown inside"],
)
def test_what_the_package_does_not_declare_is_refused(start: Start, arguments: dict[str, object], reason: str) -> None:
    """Types, names and listed values are held to the installed package, before anything is created."""

    def program() -> None:
        _network(**arguments)

    with pytest.raises(automation.CommandError, match=reason):
        start(program).preview()


def test_what_is_in_use_cannot_go_away(start: Start, google: GoogleCloud) -> None:
    """A network stays while something that the stack does not know of names it."""
    stack = start(_network)
    stack.up()
    (network,) = google.made
    google.made["a subnetwork of another owner"] = GoogleResource("", {}, {}, names=frozenset({network}))

    with pytest.raises(automation.CommandError, match="is in use by a subnetwork of another owner"):
        stack.destroy()


def test_what_google_protects_cannot_go_away(start: Start) -> None:
    """A cluster has Google's own lock unless it says otherwise."""

    def program() -> None:
        gcp.container.Cluster("c", name="c", location="europe-west1", initial_node_count=1, opts=_on_google())

    stack = start(program)
    stack.up()

    with pytest.raises(automation.CommandError, match="deletion protection; switch it off"):
        stack.destroy()


def _custom(opts: pulumi.ResourceOptions) -> None:
    kubernetes.apiextensions.CustomResource(
        "rules",
        api_version="monitoring.coreos.com/v1",
        kind="PrometheusRule",
        metadata={"name": "rules"},
        spec={},
        opts=opts,
    )


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (_custom, "no matches for kind; the chart prometheus-operator-crds is not installed"),
        (
            lambda opts: kubernetes.core.v1.ConfigMap("c", metadata={"name": "c", "namespace": "none"}, opts=opts),
            "namespace 'none' not found",
        ),
        (
            lambda opts: kubernetes.core.v1.Service("s", spec={"ports": [{"port": "http"}]}, opts=opts),
            "spec.ports\\[0\\].port is 'http' \\(str\\); int is wanted",
        ),
    ],
    ids=["kind unknown", "namespace unknown", "type"],
)
def test_what_an_api_server_refuses_at_once(
    start: Start, declare: Callable[[pulumi.ResourceOptions], object], reason: str
) -> None:
    """An undefined kind, a namespace that is not there, a field of the wrong type: each is refused."""

    def program() -> None:
        declare(_on_cluster())

    with pytest.raises(automation.CommandError, match=reason):
        start(program).up()


def test_two_objects_of_one_name_are_refused(start: Start) -> None:
    """Two resources of the program that are one object of the cluster would fight for it."""

    def program() -> None:
        opts = _on_cluster()
        for name in ("one", "two"):
            kubernetes.core.v1.ConfigMap(name, metadata={"name": "same", "namespace": "default"}, opts=opts)

    with pytest.raises(automation.CommandError, match="default/same already exists"):
        start(program).up()


def test_a_secret_stays_one(start: Start, cluster: RecordedCluster) -> None:
    """What is marked secret arrives at the provider and never in clear in the state; what is not is found there."""

    def program() -> None:
        opts = _on_cluster()
        for name, value in (("kept", pulumi.Output.secret("word-in-secret")), ("shown", "word-in-clear")):
            kubernetes.core.v1.ConfigMap(name, metadata={"name": name}, data={"key": value}, opts=opts)

    stack = start(program)
    stack.up()

    assert reveal(cluster.applied["kubernetes:core/v1:ConfigMap kept"])["data"] == {"key": "word-in-secret"}
    assert "word-in-clear" in stack.state()
    assert "word-in-secret" not in stack.state()
