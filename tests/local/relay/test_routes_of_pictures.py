"""With pictures, the routes to people are what they are without: each has a twin, and nothing else changes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any

from alert_rules import meta
from tests.local.relay.routed import ALERT
from vitals.kit.alerts.routing import alertmanager_config
from vitals.kit.scrape import jobs
from vitals.model.catalog import Environment
from vitals.model.signals import watched_exporters
from vitals.render import Plan
from vitals.render.pictures import pictures_entry
from vitals.rendered import MailThreads, SlackThreads, names
from vitals.verify.routing.answer import answer_as_read


def _config(plan: Plan, environment: Environment | None = None) -> dict[str, Any]:
    return deepcopy(alertmanager_config(plan.routing, plan.teams, environment or plan.environment))


def _is_of_pictures(one: dict[str, Any]) -> bool:
    return str(one.get("receiver", one.get("name"))).endswith(names.PICTURES_ENDING)


def _without(routes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [one for one in routes if not _is_of_pictures(one)]
    for one in kept:
        if "routes" in one:
            one["routes"] = _without(one["routes"])
    return kept


def test_without_its_twins_the_configuration_is_that_without_pictures(plan: Plan) -> None:
    """What is added is the twins, the footer of a message and the thread of a mail."""
    config, plain = _config(plan), _config(plan, replace(plan.environment, pictures=None))
    added = [one for one in config["receivers"] if _is_of_pictures(one)]
    config["receivers"] = [one for one in config["receivers"] if one not in added]
    config["route"]["routes"] = _without(config["route"]["routes"])
    taken = [
        channel.pop(name)
        for receiver in config["receivers"]
        for kind, name in (("slack_configs", "footer"), ("email_configs", "threading"))
        for channel in receiver.get(kind, ())
    ]

    assert config == plain
    assert len(taken) == 5  # Slack for three urgencies, mail for two
    assert [one["name"] for one in added] == [f"platform-{one}-pictures" for one in ("critical", "warning", "info")]


def test_a_twin_has_the_conditions_of_its_route(plan: Plan) -> None:
    """It is right before it and says ``continue``, so both take each alert, and both have one group key."""
    pairs = 0
    for level in (_config(plan)["route"]["routes"], _config(plan)["route"]["routes"][1]["routes"]):
        for one, following in pairwise(level):
            if not _is_of_pictures(one):
                continue
            pairs += 1
            assert one.pop("continue") is True
            assert one.pop("receiver") == f"{following['receiver']}{names.PICTURES_ENDING}"
            assert one == {name: value for name, value in following.items() if name not in ("receiver", "continue")}

    assert pairs == 6


def test_the_relay_is_not_among_those_who_are_notified(plan: Plan) -> None:
    """Who is notified of an alert is said as it is said without pictures."""
    plain = replace(plan.environment, pictures=None)
    found, before = (answer_as_read(_config(plan, one), ALERT, ()) for one in (plan.environment, plain))

    assert found.channels == before.channels
    assert [one.receiver for one in found.notified] == ["platform-critical"]


def test_a_channel_that_wants_none_gets_none(plan: Plan) -> None:
    """Neither PagerDuty, nor a team whose channels do not say so, nor an environment without a relay."""
    entry = pictures_entry(plan)
    assert entry is not None
    assert {type(one) for those in entry.receivers.values() for one in those} == {SlackThreads, MailThreads}
    team = plan.teams["platform"]
    assert team.email is not None
    only_slack = replace(
        plan, teams={**plan.teams, "platform": replace(team, email=replace(team.email, pictures=False))}
    )
    fewer = pictures_entry(only_slack)
    assert fewer is not None
    assert {type(one) for those in fewer.receivers.values() for one in those} == {SlackThreads}
    assert (entry.mail is None, fewer.mail) == (False, None)
    assert pictures_entry(replace(plan, environment=replace(plan.environment, pictures=None))) is None


def test_where_there_are_pictures_the_relay_is_watched(plan: Plan) -> None:
    """Without being named among the exporters: it is scraped, its target's loss is an alert, and pictures that fail."""
    with_it = replace(plan.environment, exporters=("prometheus", "alertmanager"))
    without = replace(with_it, pictures=None)
    found = {
        environment.pictures is not None: (
            "pictures" in {job.name for job in jobs(plan.services, environment)},
            {
                alert.id
                for exporter in watched_exporters(environment)
                for alert in meta.of_exporter(exporter, environment)
            },
            {alert.service for alert in meta.alerts((), environment) if alert.name == "TargetDown"},
        )
        for environment in (with_it, without)
    }

    assert found[True][0]
    assert "meta.pictures.failing" in found[True][1]
    assert "pictures" in found[True][2]
    assert not found[False][0]
    assert "meta.pictures.failing" not in found[False][1]
    assert found[False][2] == {"prometheus", "alertmanager"}
