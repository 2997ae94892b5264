"""The on-call can read the rule of an alert: the link is in every alert and every message, and leads somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.made_once import files_of
from vitals.model.catalog import Catalogue
from vitals.rendered import groups_in

ENVIRONMENTS = ("local", "prod")


def _rules(files: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Every alerting rule with the file that it is in."""
    return [
        (name, rule.body)
        for name, text in files.items()
        if name.startswith("rules/")
        for group in groups_in(text)
        for rule in group.rules
        if rule.alert
    ]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_alert_links_to_the_file_of_its_rule(name: str, wellness: Catalogue) -> None:
    """On one machine the portal shows the rule itself; in production the link is that of the rendered file."""
    environment = wellness.environments[name]
    found = _rules(files_of(wellness, environment))

    assert found
    for file, rule in found:
        group = file.removeprefix("rules/").removesuffix(".yaml")
        link = rule["annotations"]["source_url"]
        assert link == environment.rule_url.format(group=group, alert=rule["alert"])
    assert wellness.environments["local"].rule_url == "__portal_url__/rules/{group}/{alert}"
    assert wellness.environments["prod"].rule_url.endswith("/rendered/prod/rules/{group}.yaml")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_message_to_people_has_the_link(name: str, wellness: Catalogue) -> None:
    """Slack and e-mail in their text, PagerDuty among its links, beside runbook and dashboard."""
    config = yaml.load(files_of(wellness, wellness.environments[name])["alertmanager.yml"], Loader=yaml.CSafeLoader)
    channels = ("slack_configs", "email_configs", "pagerduty_configs")
    messages = [one for receiver in config["receivers"] for channel in channels for one in receiver.get(channel, ())]

    assert messages
    for message in messages:
        said = message.get("text") or str(message["links"])
        for annotation in ("source_url", "runbook_url", "dashboard_url"):
            assert f".Annotations.{annotation}" in said


@pytest.mark.parametrize(
    "address",
    ["https://git.example/rules", "https://git.example/{group}/{name}", "rules/{group}", "https://{group}/x y"],
)
def test_an_address_that_leads_to_no_rule_is_refused(address: str, wellness: Catalogue) -> None:
    """Without the group every alert would lead to the same place; other words in braces are not known."""
    with pytest.raises(ValidationError, match="rule_url"):
        replace(wellness.environments["prod"], rule_url=address)
