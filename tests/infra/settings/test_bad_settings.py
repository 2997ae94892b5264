"""Bad stack files: each is refused with the key, the reason and a way out, before any resource could exist."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from infra import rendered
from infra.settings import parse
from tests.infra.settings.disagreeing import disagreeing
from tests.infra.settings.stack_files import config
from vitals.errors import VitalsError

GONE = object()
HOUR = {"start": "2026-01-06T03:00:00Z", "end": "2026-01-06T04:00:00Z", "recurrence": "FREQ=WEEKLY;BYDAY=TU"}
DEMO = config("dev")["demo"]
POOL = "google.cluster.nodePools.main"


def _refused(stack: str, changes: dict[str, object]) -> str:
    given = copy.deepcopy(config(stack))
    for path, value in changes.items():
        *folders, last = path.split(".")
        place: dict[str, Any] = given
        for folder in folders:
            place = place[folder]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    with pytest.raises(VitalsError) as raised:
        parse(stack, given)
    return str(raised.value)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("environment", GONE, ["vitals:environment: Field required"]),
        ("environment", "Prod", ["vitals:environment: String should match"]),
        ("enviroment", "dev", ["vitals:enviroment: Extra inputs are not permitted"]),
        ("protected", "perhaps", ["vitals:protected: Input should be a valid boolean"]),
        ("context", "kind-vitals", ["exactly one of the two"]),
        ("google", GONE, ["exactly one of the two"]),
        ("secrets", {"smtp-password": "x"}, ["secrets are in Secret Manager", "Remove secrets"]),
        ("google.region", GONE, ["vitals:google.region: Field required"]),
        ("google.project", "X", ["vitals:google.project: String should match"]),
        ("google.reggion", "europe-west1", ["vitals:google.reggion: Extra inputs are not permitted"]),
        ("google.cluster.autopilot", True, ["autopilot is true and nodePools is set", "Remove one or the other"]),
        ("google.cluster.releaseChannel", "SLOW", ["releaseChannel", "'EXTENDED'"]),
        ("google.cluster.location", "us-east1", ["us-east1 is not in region europe-west1"]),
        ("google.cluster.location", "europe-west12", ["europe-west12 is not in region europe-west1"]),
        ("google.cluster.nodePools", {}, ["no node on which anything", "Name a pool under nodePools"]),
        ("google.cluster.nodePools", GONE, ["no node on which anything", "set autopilot to true"]),
        (f"{POOL}.fewest", 9, ["fewest 9 is more than most 3"]),
        (f"{POOL}.most", GONE, ["nodePools.main.most: Field required"]),
        ("google.cluster.maintenance", HOUR, ["shorter than four hours"]),
        ("google.network.nodes", "8.8.8.0/24", ["8.8.8.0/24 is not a private range"]),
        ("google.network.nodes", "10.10.0.1/20", ["network.nodes", "has host bits set"]),
        ("google.network.pods", "10.10.0.0/16", ["nodes 10.10.0.0/20 and pods 10.10.0.0/16 overlap"]),
        ("google.network.controlPlane", "172.16.0.0/24", ["controlPlane 172.16.0.0/24 must be a /28"]),
        ("grafanaSignIn.clientId", "me", ["vitals:grafanaSignIn.clientId: String should match"]),
        ("redisAddress", "redis", ["vitals:redisAddress: String should match"]),
        ("demo.image", "a.example/wellness:1.0", ["demo.image", "not pinned", "imagetools inspect a.example/wellness"]),
        ("demo.image", "wellness@sha256:12", ["vitals:demo.image: String should match"]),
        ("loadTests", {"image": DEMO["image"]}, ["vitals:loadTests.host: Field required"]),
        (
            "loadTests",
            {"image": DEMO["image"], "host": "https://shop.example.com"},
            ["vitals:loadTests.host: String should match"],
        ),
    ],
)
def test_a_wrong_stack_file_is_refused(key: str, value: object, expected: list[str]) -> None:
    """The message names the key as the file spells it, what is wrong and what follows, and the command."""
    message = _refused("dev", {key: value})

    for fragment in ("Pulumi.dev.yaml, vitals:", *expected, "Nothing was created", "`pulumi config"):
        assert fragment in message


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("autoProvisioning", {"mostCpu": 8, "mostMemoryGb": 32}, ["autoProvisioning is set", "Google makes the nodes"]),
        ("nodePools", {"main": {"machineType": "e2-standard-4", "fewest": 1, "most": 3}}, ["nodePools is set"]),
        ("location", "europe-west1-b", ["europe-west1-b is a zone", "spans a region"]),
        ("autopilot", False, ["no node on which anything", "Name a pool under nodePools"]),
    ],
)
def test_nodes_of_ours_are_refused_on_autopilot(key: str, value: object, expected: list[str]) -> None:
    """Google makes them there, in every zone of the region; without Autopilot the stack must."""
    message = _refused("autopilot", {f"google.cluster.{key}": value})

    for fragment in ("Pulumi.autopilot.yaml, vitals:google.cluster", *expected, "Nothing was created"):
        assert fragment in message


def test_all_problems_are_reported_at_once() -> None:
    """One run is enough to correct a file."""
    message = _refused("prod", {"environment": GONE, "google.region": GONE})

    assert "vitals:environment" in message
    assert "vitals:google.region" in message


def test_a_value_is_never_repeated() -> None:
    """A secret that was put under the wrong key does not get into a log by way of the error."""
    message = _refused("kind", {"secrets": {"smtp-password": ["hunter2"]}, "protected": "hunter2"})

    assert "vitals:secrets.smtp-password" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("stack", "changes", "expected"),
    [
        ("prod", {"redisAddress": ""}, ["watches a Redis", "pulumi config set --stack prod vitals:redisAddress"]),
        ("dev", {"redisAddress": "10.0.0.1:6379"}, ["watches no Redis", "pulumi config rm --stack dev"]),
        (
            "kind",
            {"environment": "dev"},
            ["stackdriver and collector", "vitals:google is not set"],
        ),
        (
            "kind",
            {},
            [
                "--secret --path 'vitals:secrets[\"platform-slack-webhook-url\"]'",
                'vitals:secrets["grafana-admin-password"]',
            ],
        ),
        (
            "autopilot",
            {"environment": "dev"},
            ["Prometheus of our own", "delivery is 'managed'", "take autopilot out and name nodePools"],
        ),
        (
            "autopilot",
            {"environment": "managed", "redisAddress": "10.0.0.1:6379"},
            ["'managed' watches node, which needs the host", "Take it out of the environment's exporters"],
        ),
        ("kind", {"environment": "managed"}, ["only a cluster on Google has", "vitals:google is not set"]),
        ("managed", {"demo": DEMO}, ["share a pod", "pulumi config rm --stack managed vitals:demo"]),
        ("kind", {"secrets": {"smtp-pasword": "x"}}, ["smtp-pasword, which nothing reads", "pulumi config rm"]),
    ],
)
def test_a_stack_that_cannot_feed_its_environment_is_refused(
    stack: str, changes: dict[str, object], expected: list[str]
) -> None:
    """What is watched and what is configured must meet; each gap comes with its command."""
    message = disagreeing(stack, **changes)

    for fragment in (*expected, "Nothing was created."):
        assert fragment in message


def test_an_unknown_environment_is_refused() -> None:
    """The message lists the environments there are, and how a new one is made."""
    with pytest.raises(
        VitalsError,
        match=r"rendered/qa does not exist.*dev,.* local,.* prod,.*vitals render",
    ):
        rendered.read("qa")


def test_the_environment_of_one_machine_is_refused() -> None:
    """Its files are for programs, not for a cluster."""
    with pytest.raises(VitalsError, match=r"rendered for programs on one machine.*Nothing was created"):
        rendered.read("local")
