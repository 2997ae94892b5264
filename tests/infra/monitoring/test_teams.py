"""Teams with other channels on a cluster: their secrets are mounted as files, and nothing asks for what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from infra.monitoring.alertmanager import alertmanager, mail_port
from infra.monitoring.charts import Image
from infra.monitoring.secret_files import SecretFiles
from infra.workloads import workloads
from tests.infra.monitoring.installed import settings_of
from vitals.model.catalog import Catalogue, Jira, MicrosoftTeams, PagerDuty, Pushover, Sns, Team, Telegram, Webhook
from vitals.render import render, write
from vitals.rendered import Rendered, read

TEAMS = {
    "payments": Team(name="payments", pagerduty=PagerDuty(routing_key_file="payments-key")),
    "discovery": Team(
        name="discovery",
        channels=(
            MicrosoftTeams(webhook_file="discovery-teams"),
            Telegram(chat=-1001, bot_token_file="discovery-bot"),
            Pushover(user_key_file="discovery-user", token_file="discovery-app"),
            Jira(
                api="https://shop.atlassian.net/rest/api/2",
                project="OPS",
                user="a@b.example",
                token_file="discovery-jira",
            ),
            Webhook(url_file="discovery-hook", token_file="discovery-hook-token"),
            Sns(topic_arn="arn:aws:sns:eu-west-1:123456789012:pages"),
        ),
    ),
}


@pytest.fixture(scope="module")
def cloud(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The environment on a cluster, with those teams and without a mail server."""
    folder = tmp_path_factory.mktemp("cloud")
    environment = replace(sample.environments["cloud"], smtp=None, aws_credentials_file="aws-credentials")
    write(render(replace(sample, teams=TEAMS, environments={"cloud": environment}), environment), folder)
    return read(folder)


def _files(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key.endswith("_file"):
                yield inner
            else:
                yield from _files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner)


def test_alertmanager_may_read_each_secret_file_that_its_configuration_names(cloud: Rendered) -> None:
    """Those, the file of AWS' library, and no other; and no value lies in what is rendered."""
    named = set(_files(yaml.safe_load(cloud.alertmanager)))
    account = next(one for one in workloads(settings_of("prod"), cloud) if one.name == "alertmanager")

    assert {f"{cloud.operator.secrets_dir}/{file}" for file in account.secrets} == named | {
        f"{cloud.operator.secrets_dir}/aws-credentials"
    }
    assert len(named) == 8


def test_the_library_of_aws_is_shown_its_file(cloud: Rendered) -> None:
    """Alertmanager has no setting for it, so the operator adds a variable to its container."""
    files = SecretFiles("alertmanager-files", {}, {"secret": {"secretName": "alertmanager-files"}})
    image = Image(repository="quay.io/prometheus/alertmanager", tag="v0.34.0", version="0.34.0")
    (server,) = [one for one in alertmanager(cloud, image, files) if one["kind"] == "Alertmanager"]

    assert server["spec"]["containers"] == [
        {
            "name": "alertmanager",
            "env": [{"name": "AWS_SHARED_CREDENTIALS_FILE", "value": "/etc/alertmanager/secrets/aws-credentials"}],
        }
    ]


def test_no_mail_server_is_let_through_where_there_is_none(cloud: Rendered) -> None:
    """A port that no team needs stays shut."""
    assert mail_port(cloud) is None
