"""A cluster of teams with other channels than ours: no mail server, no Slack, and the keys of AWS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.monitoring.alertmanager import alertmanager
from infra.monitoring.charts import Image
from infra.monitoring.secret_files import SecretFiles
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


def rendered_cloud(sample: Catalogue, folder: Path) -> Rendered:
    """The sample's environment on a cluster, with those teams."""
    environment = replace(sample.environments["cloud"], smtp=None, aws_credentials_file="aws-credentials")
    write(render(replace(sample, teams=TEAMS, environments={"cloud": environment}), environment), folder)
    return read(folder)


def alertmanager_object(cloud: Rendered) -> dict[str, Any]:
    """The object of Alertmanager, whose files come from a Secret."""
    files = SecretFiles("alertmanager-files", {}, {"secret": {"secretName": "alertmanager-files"}})
    image = Image(repository="quay.io/prometheus/alertmanager", tag="v0.34.0", version="0.34.0")
    (server,) = [one for one in alertmanager(cloud, image, files, "standard") if one["kind"] == "Alertmanager"]
    return dict(server)
