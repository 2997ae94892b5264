"""The relay of pictures on a cluster: without a right, behind its policy, with the files of its own and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from infra import rendered
from infra.monitoring import planned
from infra.monitoring.pictures import NAME
from infra.preflight import preflight_check
from infra.settings import Settings, parse
from infra.workloads import GRAFANA_ADMIN_FILE, workloads
from tests.infra.existing.comparing import charts
from tests.infra.settings.stack_files import config
from tests.infra.validators.network import Actor, Attempt, DataPlane, allowed
from vitals.cli.pictures_serve import PORT, serve
from vitals.errors import VitalsError
from vitals.rendered import MailServer, MailThreads, PicturesEntry, Rendered, SlackThreads

IMAGE = f"registry.example/team/vitals@sha256:{'0' * 64}"
PICTURES = PicturesEntry(
    token_file="pictures-token",
    every_s=600.0,
    slack_api="https://slack.com/api",
    mail=MailServer(
        smarthost="mail.kind.wellness.example:25", sender="v@example.org", username="v", password_file="smtp-password",
        require_tls=False,
    ),
    receivers={
        "platform-critical-pictures": (
            SlackThreads(channel_id="C0123456789", token_file="platform-bot"),
            MailThreads(to="a@example.org"),
        )
    },
)  # fmt: skip
FILES = {"pictures-token", "platform-bot", "smtp-password"}


def _environment(pictures: PicturesEntry | None = PICTURES) -> Rendered:
    found = rendered.read("kind")
    return replace(found, model=found.model.model_copy(update={"pictures": pictures}))


def _settings(**changes: object) -> Settings:
    files = {GRAFANA_ADMIN_FILE, *_environment().model.secrets, *FILES}
    given = {**config("kind"), "secrets": dict.fromkeys(sorted(files), "a secret"), **changes}
    return parse("kind", given)


def _made() -> dict[tuple[str, str], Mapping[str, Any]]:
    settings, files = _settings(pictures={"image": IMAGE}), _environment()
    objects = planned(settings, files, workloads(settings, files), charts(), None)
    return {(one["kind"], one["metadata"]["name"]): one for one in objects}


def test_the_relay_is_one_pod_without_rights() -> None:
    """Its account has no token, nothing binds it, and its file system is its own."""
    made = _made()
    deployment = made["Deployment", NAME]
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert deployment["spec"]["replicas"] == 1
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == (NAME, False)
    assert ("ServiceAccount", NAME) in made
    bound = [
        subject["name"] for (kind, _), one in made.items() if "Binding" in kind for subject in one.get("subjects", ())
    ]
    assert bound
    assert NAME not in bound
    assert container["image"] == IMAGE
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_relay_has_its_own_secret_files_only() -> None:
    """Those that it reads, mounted where its arguments say, and Alertmanager has none of the bots'."""
    made = _made()
    (container,) = made["Deployment", NAME]["spec"]["template"]["spec"]["containers"]
    arguments = container["args"]

    assert set(made["Secret", f"{NAME}-files"]["stringData"]) == FILES
    assert {"name": f"{NAME}-files", "mountPath": arguments[arguments.index("--secrets") + 1], "readOnly": True} in (
        container["volumeMounts"]
    )
    assert "platform-bot" not in made["Secret", "alertmanager-files"]["stringData"]


def test_the_arguments_are_those_of_the_command() -> None:
    """Each option exists, and the port is the one that the Service and the probes name."""
    made = _made()
    (container,) = made["Deployment", NAME]["spec"]["template"]["spec"]["containers"]
    options = [one.removeprefix("--") for one in container["args"] if one.startswith("--")]

    assert container["args"][:2] == ["pictures", "serve"]
    assert set(options) <= set(serve.__annotations__)
    assert made["Service", NAME]["spec"]["ports"] == [{"name": "metrics", "port": PORT, "targetPort": PORT}]
    assert container["readinessProbe"]["httpGet"]["port"] == int(container["args"][-1]) == PORT


def test_the_relay_is_scraped_where_pods_are_collected() -> None:
    """Its pod bears the name of the job, by which Google's collectors find it."""
    assert _made()["Deployment", NAME]["spec"]["template"]["metadata"]["labels"]["vitals/job"] == NAME


@pytest.mark.parametrize("plane", DataPlane)
def test_only_alertmanager_and_prometheus_reach_the_relay(plane: DataPlane) -> None:
    """One calls it, one scrapes it; it asks Prometheus and writes to Slack and the mail server. Nothing else passes."""
    policies = [one for (kind, _), one in _made().items() if kind == "NetworkPolicy"]
    relay, prometheus, alertmanager, another = (
        Actor(name, "10.12.0.7", "monitoring", {"app.kubernetes.io/name": name, **labels})
        for name, labels in (
            ("pictures", {"app.kubernetes.io/instance": "vitals"}),
            ("prometheus", {"app.kubernetes.io/part-of": "vitals"}),
            ("alertmanager", {"app.kubernetes.io/part-of": "vitals"}),
            ("grafana", {}),
        )
    )
    slack = Actor("slack.com", "93.184.216.34")

    for attempt, passes in (
        (Attempt(alertmanager, relay, PORT), True),
        (Attempt(prometheus, relay, PORT), True),
        (Attempt(relay, prometheus, 9090), True),
        (Attempt(relay, slack, 443), True),
        (Attempt(relay, slack, 25), True),
        (Attempt(another, relay, PORT), False),
        (Attempt(slack, relay, PORT), False),
        (Attempt(relay, slack, 80), False),
        (Attempt(relay, alertmanager, 9093), False),
    ):
        assert allowed(policies, attempt, plane) is passes, attempt


def test_alertmanager_names_receivers_in_its_metrics() -> None:
    """Or the alert about failing notifications would count the relay's."""
    assert _made()["Alertmanager", "alertmanager"]["spec"]["enableFeatures"] == ["receiver-name-in-metrics"]


@pytest.mark.parametrize(
    ("pictures", "changes", "said"),
    [
        (PICTURES, {}, "--path vitals:pictures.image IMAGE@DIGEST"),
        (None, {"pictures": {"image": IMAGE}}, "config rm --stack kind vitals:pictures"),
    ],
)
def test_a_relay_and_its_notices_are_there_together(
    pictures: PicturesEntry | None, changes: Mapping[str, object], said: str
) -> None:
    """Without an image, or without an environment that sends any, nothing is created."""
    files = _environment(pictures)
    settings = _settings(**changes)

    with pytest.raises(VitalsError) as error:
        preflight_check("kind", settings, files, workloads(settings, files))

    assert said in str(error.value)
    assert str(error.value).endswith("Nothing was created.")
