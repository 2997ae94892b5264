"""Whoever is told of an alert can read its rule: the link is in every alert and every message, and leads somewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from vitals.model.catalog import Catalogue
from vitals.render import render

ENVIRONMENTS = ("local", "prod")


def _rules(files: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Every alerting rule with the file that it is in."""
    return [
        (name, rule)
        for name, text in files.items()
        if name.startswith("rules/")
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_alert_links_to_the_file_of_its_rule(name: str, shipped: Catalogue) -> None:
    """On one machine the portal shows the rule itself; in production the link is that of the rendered file."""
    environment = shipped.environments[name]
    found = _rules(render(shipped, environment))

    assert found
    for file, rule in found:
        group = file.removeprefix("rules/").removesuffix(".yaml")
        link = rule["annotations"]["source_url"]
        assert link == environment.rule_url.format(group=group, alert=rule["alert"])
    assert shipped.environments["local"].rule_url == "__portal_url__/rules/{group}/{alert}"
    assert shipped.environments["prod"].rule_url.endswith("/rendered/prod/rules/{group}.yaml")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_message_to_people_has_the_link(name: str, shipped: Catalogue) -> None:
    """Slack and e-mail in their text, PagerDuty among its links, beside runbook and board."""
    config = yaml.safe_load(render(shipped, shipped.environments[name])["alertmanager.yml"])
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
def test_an_address_that_leads_to_no_rule_is_refused(address: str, shipped: Catalogue) -> None:
    """Without the group every alert would lead to the same place; other words in braces are not known."""
    with pytest.raises(ValidationError, match="rule_url"):
        replace(shipped.environments["prod"], rule_url=address)
