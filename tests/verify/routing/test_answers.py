"""Who is notified: every alert of both catalogues, asked of the real amtool, and what mutes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from alert_rules.routing import ROUTING
from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.kit.alerts.routing import DEADMAN
from vitals.local.tools import ensure
from vitals.model.catalog import Catalogue
from vitals.model.conventions import Severity
from vitals.rendered import AlertEntry, RenderedModel
from vitals.verify.routing import Inhibition, answer, chosen_alerts, routes_of
from vitals.verify.routing.hours import in_words

ENVIRONMENTS = [("wellness", "local"), ("wellness", "prod"), ("sample", "lab"), ("sample", "cloud")]


@pytest.fixture(scope="module")
def amtool() -> Path:
    """The real amtool."""
    return ensure(["amtool"])["amtool"]


@pytest.fixture(scope="module")
def prod(wellness: Catalogue) -> tuple[dict[str, Any], tuple[AlertEntry, ...]]:
    """The configuration of production and its alerts."""
    return _rendered(wellness, "prod")


def _rendered(catalogue: Catalogue, environment: str) -> tuple[dict[str, Any], tuple[AlertEntry, ...]]:
    files = files_of(catalogue, catalogue.environments[environment])
    return yaml.safe_load(files["alertmanager.yml"]), RenderedModel.model_validate_json(files["model.json"]).alerts


@pytest.mark.rules
@pytest.mark.parametrize(("name", "environment"), ENVIRONMENTS)
def test_every_alert_reaches_its_owner_as_fast_as_its_urgency_wants(
    name: str, environment: str, amtool: Path, request: pytest.FixtureRequest
) -> None:
    """The real program and the way that is explained agree; channels and times are those of the severity."""
    catalogue: Catalogue = request.getfixturevalue(name)
    config, alerts = _rendered(catalogue, environment)
    seen = set()
    assert alerts
    for labels in (alert.all_labels for alert in alerts):
        kind = (labels["severity"], labels["owner"], labels["alertname"])
        if kind in seen:
            continue
        seen.add(kind)
        found = answer(amtool, config, labels, alerts)
        severity = Severity(labels["severity"])
        channels = [channel.split()[0] for channel in found.channels]
        if severity is Severity.NONE:
            outside = [receiver for receiver in config["receivers"] if receiver["name"] == DEADMAN]
            assert channels == ["webhook"] * len(outside)
            continue
        team = catalogue.teams[labels["owner"]]
        assert channels == list(ROUTING.kinds_of(team, severity, catalogue.environments[environment]))
        (route,) = found.routes
        times = asdict(ROUTING.times[severity])
        assert route.receiver == f"{labels['owner']}-{severity}"
        assert {key: getattr(route, key) for key in times} == times


@pytest.mark.rules
def test_what_has_no_owner_goes_to_the_operators(
    amtool: Path, prod: tuple[dict[str, Any], tuple[AlertEntry, ...]]
) -> None:
    """An alert of an unknown owner is not lost, and the answer names the real destinations."""
    config, alerts = prod
    found = answer(amtool, config, {"alertname": "Strange", "owner": "gone", "severity": "critical"}, alerts)

    assert found.channels == (
        "slack #platform-alerts",
        "email platform@wellness.example",
        "pagerduty platform-pagerduty-routing-key",
    )
    assert found.inhibited == ()


@pytest.mark.rules
def test_information_is_muted_out_of_hours_and_the_hours_are_said(
    amtool: Path, prod: tuple[dict[str, Any], tuple[AlertEntry, ...]]
) -> None:
    """The answer says in words when nothing is sent."""
    config, alerts = prod
    labels = {"alertname": "Any", "owner": "platform", "severity": "info"}
    found = answer(amtool, config, labels, alerts, datetime(2026, 7, 1, 6, 30, tzinfo=UTC))

    assert found.at == ("Wednesday 2026-07-01 06:30 UTC: muted",)
    assert found.muted == ("saturday, sunday; 00:00-07:00, 19:00-24:00 UTC",)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("month", "said"),
    [
        (7, "Wednesday 2026-07-01 07:30 PDT (UTC-0700): sent"),
        (1, "Thursday 2026-01-01 06:30 PST (UTC-0800): muted"),
    ],
)
def test_the_same_moment_of_utc_is_answered_by_the_clock_of_the_team(
    month: int, said: str, sample: Catalogue, amtool: Path
) -> None:
    """In summer it is an hour later there than in winter."""
    config, alerts = _rendered(sample, "lab")
    labels = {"alertname": "Any", "owner": "discovery", "severity": "info"}

    assert answer(amtool, config, labels, alerts, datetime(2026, month, 1, 14, 30, tzinfo=UTC)).at == (said,)


@pytest.mark.rules
def test_what_mutes_an_alert_is_named(amtool: Path, prod: tuple[dict[str, Any], tuple[AlertEntry, ...]]) -> None:
    """A slow burn is muted by the outage of its service, and by the fast burn of the same objective."""
    config, alerts = prod
    (slow,) = chosen_alerts(alerts, "ErrorBudgetBurnSlow", {"service": "wellness-api"})
    outage, *_ = chosen_alerts(alerts, "ServiceOutage", {})

    assert answer(amtool, config, slow, alerts).inhibited == (
        Inhibition(("ServiceOutage",), ("service",)),
        Inhibition(("ErrorBudgetBurnFast",), ("service", "slo")),
    )
    assert answer(amtool, config, outage, alerts).inhibited == ()


@pytest.mark.rules
def test_an_answer_that_amtool_contradicts_is_not_given(amtool: Path) -> None:
    """A form that only amtool reads (the old ``match``) makes the two disagree; the user hears that, not a guess."""
    config = {
        "route": {"receiver": "root", "routes": [{"receiver": "old", "match": {"a": "1"}}, {"receiver": "new"}]},
        "receivers": [{"name": "root"}, {"name": "old"}, {"name": "new"}],
    }

    with pytest.raises(VitalsError, match="amtool says that new is notified, and the routes read here lead to old"):
        answer(amtool, config, {"a": "2"}, [])


def test_a_route_that_continues_notifies_two_and_inherits_times() -> None:
    """Without continue the first match ends the search; times come from above, muting does not."""
    config = {
        "route": {
            "receiver": "root",
            "group_wait": "7s",
            "mute_time_intervals": ["night"],
            "routes": [
                {"receiver": "first", "matchers": ['a="1"'], "continue": True},
                {"receiver": "second", "matchers": ['a=~"1|2"'], "group_wait": "9s"},
                {"receiver": "third", "matchers": ['a="1"']},
            ],
        }
    }
    both = routes_of(config, {"a": "1"})

    assert [(route.receiver, route.group_wait, route.mute) for route in both] == [
        ("first", "7s", ()),
        ("second", "9s", ()),
    ]
    assert [(route.receiver, route.mute) for route in routes_of(config, {"a": "3"})] == [("root", ("night",))]


def test_hours_of_other_kinds_are_said_too() -> None:
    """Days, months and time zones are not swallowed."""
    interval = {
        "time_intervals": [
            {
                "months": ["december"],
                "times": [{"start_time": "00:00", "end_time": "06:00"}],
                "location": "Europe/Paris",
            }
        ]
    }

    assert in_words(interval) == "december 00:00-06:00 Europe/Paris"
