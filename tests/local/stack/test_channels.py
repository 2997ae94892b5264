"""Every kind of channel, sent to by a real Alertmanager with what is rendered, and taken as its service takes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from alert_rules.routing import ROUTING
from tests.alert_rules.local_alertmanager import hurried, running, until
from tests.local.stack.stand_in import TOKEN, standing_in
from vitals.kit.alerts.receivers import can_send
from vitals.kit.alerts.routing import alertmanager_config
from vitals.local.portal.interfaces import Delivery
from vitals.local.stack import configure
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.services import SECRET_FIELDS, opened
from vitals.local.tools import find
from vitals.model.catalog import (
    Catalogue,
    Discord,
    Environment,
    IncidentIo,
    Jira,
    Mattermost,
    MicrosoftTeams,
    NotificationChannel,
    Opsgenie,
    Pushover,
    Rocketchat,
    Sns,
    Team,
    Telegram,
    VictorOps,
    Webex,
    Webhook,
    Wechat,
)
from vitals.model.catalog.team import KINDS
from vitals.render import render, write
from vitals.rendered import PLACEHOLDERS, read
from vitals.rendered.placeholders import CHANNELS_URL, SECRETS_DIR

EVERY: tuple[NotificationChannel, ...] = (
    Discord(webhook_file="discord-url"),
    IncidentIo(url_file="incidentio-url", token_file="incidentio-token"),
    Jira(
        api="https://shop.atlassian.net/rest/api/2",
        project="OPS",
        user="bot@shop.example",
        token_file="jira-token",
        severities=("critical",),
    ),
    Mattermost(webhook_file="mattermost-url", channel="town-square"),
    MicrosoftTeams(webhook_file="msteamsv2-url"),
    Opsgenie(api_key_file="opsgenie-key", responder_team="Payments"),
    Rocketchat(channel="#ops", user_id_file="rocketchat-user", token_file="rocketchat-token"),
    Sns(topic_arn="arn:aws:sns:eu-west-1:123456789012:pages"),
    Telegram(chat=-1001234567890, bot_token_file="telegram-token", topic=3),
    VictorOps(route="payments", api_key_file="victorops-key"),
    Webex(room="Y2lzY29zcGFyazovL3Vz", bot_token_file="webex-token"),
    Webhook(url_file="webhook-url", token_file="webhook-token"),
    Wechat(corporation="ww1", agent="1000002", secret_file="wechat-secret", users="@all"),
)
"""All but mail, Slack and PagerDuty, which have tests of their own, and Pushover, whose address is fixed."""

WANTED = {channel.kind for channel in EVERY}


def test_every_kind_that_can_stand_in_is_here() -> None:
    """A new kind is sent by the real program before it is offered."""
    elsewhere = {"Email", "Slack", "PagerDuty", "Pushover"}

    assert {type(one).__name__ for one in EVERY} | elsewhere == {kind.__name__ for kind in KINDS}


def test_pushover_is_left_out_where_nothing_may_leave(sample: Catalogue) -> None:
    """Its address is fixed in Alertmanager, so a stand-in would be bypassed."""
    channel = Pushover(user_key_file="user", token_file="token")
    lab = sample.environments["lab"]

    assert can_send(channel, lab)
    assert not can_send(channel, replace(lab, channels_url="http://127.0.0.1:1"))


@pytest.fixture(scope="module")
def deliveries(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Delivery]]:
    """What arrived of an alert that fired and was over."""
    folder = tmp_path_factory.mktemp("channels")
    with standing_in() as (url, taken):
        lab = replace(sample.environments["lab"], secrets_dir=str(folder), channels_url=url, aws_credentials_file="aws")
        for name in {name for channel in EVERY for name in channel.secrets}:
            kind, _, what = name.partition("-")
            (folder / name).write_text(f"{url}/{kind}" if what == "url" else TOKEN)
        (folder / "aws").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
        yield from _sent(_config(lab), folder, taken)


def _config(lab: Environment) -> str:
    team = Team(name="discovery", channels=EVERY)
    return hurried(yaml.safe_dump(alertmanager_config(ROUTING, {"discovery": team}, lab)), out_of_hours=())


def _sent(config: str, folder: Path, taken: list[Delivery]) -> Iterator[list[Delivery]]:
    labels = {"alertname": "ServiceOutage", "severity": "critical", "owner": "discovery", "service": "search"}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_CA_BUNDLE", raising=False)  # Alertmanager's own client takes none
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "aws"))
        with running(find("alertmanager"), config, folder / "alertmanager") as alertmanager:
            alertmanager.send(labels, summary="search: every request fails ](x @all <!channel>")
            until(lambda: _kinds(taken, "firing") == WANTED, "all have heard")
            alertmanager.send(labels, over=True)
            until(lambda: _kinds(taken, "resolved") == WANTED, "all have heard the end")
    yield taken


def _kinds(taken: list[Delivery], status: str) -> set[str]:
    return {str(one.channel) for one in taken if one.status == status}


@pytest.mark.rules
def test_each_kind_is_notified_when_it_fires_and_when_it_is_over(deliveries: list[Delivery]) -> None:
    """The real program speaks each protocol, with the settings that are rendered."""
    for status in ("firing", "resolved"):
        assert _kinds(deliveries, status) == WANTED


@pytest.mark.rules
def test_each_message_says_which_alert_of_which_service(deliveries: list[Delivery]) -> None:
    """On every channel a person, or a program, reads what it is about."""
    firing = [one for one in deliveries if one.status == "firing"]

    assert firing
    for one in firing:
        assert [(alert.name, alert.service) for alert in one.alerts] == [("ServiceOutage", "search")], one


def test_a_run_has_a_secret_file_for_every_kind(sample: Catalogue, tmp_path: Path) -> None:
    """What is rendered for one machine is filled in whole: no kind stops ``vitals up``, and none leaves the machine."""
    lab = replace(
        sample.environments["lab"],
        secrets_dir=SECRETS_DIR,
        channels_url=CHANNELS_URL,
        aws_credentials_file="aws",
    )
    pushover = Pushover(user_key_file="user", token_file="token")
    teams = {**sample.teams, "payments": Team(name="payments", channels=(*EVERY, pushover))}
    write(render(replace(sample, teams=teams, environments={"lab": lab}), lab), tmp_path / "lab")
    rendered, folder = read(tmp_path / "lab"), RunFolder(tmp_path / "run")

    configure.check(rendered, placeholders=PLACEHOLDERS, secret_fields=SECRET_FIELDS)
    folder.secrets.mkdir(parents=True)
    with opened() as intake:
        configure.write_secrets(rendered, folder, intake.secrets())

    assert {path.name for path in folder.secrets.iterdir()} == set(rendered.model.secrets)
    assert {"aws", *(name for channel in EVERY for name in channel.secrets)} <= set(rendered.model.secrets)
    for file in ("discord-url", "msteamsv2-url", "webhook-url"):
        assert (folder.secrets / file).read_text().startswith("http://127.0.0.1:")
    outside = [line for line in rendered.alertmanager.splitlines() if "api_url:" in line and CHANNELS_URL not in line]
    assert outside == []
