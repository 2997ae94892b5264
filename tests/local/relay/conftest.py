"""An environment with pictures, and the ends of its notifications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.local.relay.served_channels import ServedChannels, served_channels
from tests.made_once import plan_of
from vitals.model.catalog import Catalogue, Pictures, SlackReplies
from vitals.render import Plan


@pytest.fixture(scope="session")
def plan(wellness: Catalogue) -> Plan:
    """The environment of one machine, with pictures in Slack and by mail."""
    team, environment = wellness.teams["platform"], wellness.environments["local"]
    assert team.slack is not None
    assert team.email is not None
    bot = SlackReplies(channel_id="C0123456789", token_file="platform-bot")
    wanting = replace(team, slack=replace(team.slack, pictures=bot), email=replace(team.email, pictures=True))
    there = replace(environment, pictures=Pictures(url="__pictures_url__"))
    return replace(plan_of(wellness, environment), environment=there, teams={**wellness.teams, "platform": wanting})


@pytest.fixture
def channels(tmp_path: Path) -> Iterator[ServedChannels]:
    """Slack, PagerDuty and a mailbox."""
    with served_channels(tmp_path / "pictures") as found:
        yield found
