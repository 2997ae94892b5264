"""Shifts, escalation and planned maintenance: explained for a moment, and kept by the real Alertmanager."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from alert_rules.routing import ROUTING
from tests.alert_rules.local_alertmanager import running, until
from tests.local.stack.stand_in import standing_in
from vitals.kit.alerts.policy import RoutingPolicy, Times
from vitals.kit.alerts.routing import alertmanager_config
from vitals.local.portal.interfaces import Delivery
from vitals.local.tools import ensure, find
from vitals.model.catalog import (
    Catalogue,
    Email,
    Environment,
    Hours,
    MaintenanceWindow,
    MicrosoftTeams,
    Opsgenie,
    PagerDuty,
    Team,
    Webhook,
)
from vitals.verify.routing import Answer, answer

EVERY_DAY = "monday:sunday"
TOKYO = Hours("09:00", "18:00", EVERY_DAY, "Asia/Tokyo")
OTHERS = Hours("18:00", "09:00", EVERY_DAY, "Asia/Tokyo")
TEAMS = {
    "payments": Team(
        name="payments",
        channels=(
            PagerDuty(routing_key_file="tokyo-key", during=TOKYO),
            PagerDuty(routing_key_file="others-key", during=OTHERS),
            Opsgenie(api_key_file="manager-key", severities=("critical",), after="15m"),
            MicrosoftTeams(webhook_file="teams-url", during="working-hours"),
            Email(to="payments@shop.example", severities=("warning",)),
        ),
        time_zone="Europe/Berlin",
        working_hours=Hours("09:00", "17:30"),
    ),
    "discovery": Team(name="discovery", pagerduty=PagerDuty(routing_key_file="discovery-key")),
}
UPGRADE = MaintenanceWindow(
    name="upgrade",
    start="2026-12-05T22:00",
    end="2026-12-06T02:00",
    time_zone="Europe/Berlin",
    why="The database gets its next major version.",
    services=("checkout",),
)


@pytest.fixture(scope="module")
def config(sample: Catalogue) -> dict[str, Any]:
    """Routes of two teams, of which one has shifts, and of one planned maintenance."""
    return alertmanager_config(ROUTING, TEAMS, sample.environments["lab"], [UPGRADE])


def _asked(config: dict[str, Any], at: str, severity: str = "critical", owner: str = "payments") -> Answer:
    labels = {"alertname": "ServiceOutage", "severity": severity, "owner": owner, "service": "checkout"}
    return answer(ensure(["amtool"])["amtool"], config, labels, [], datetime.fromisoformat(at))


def _sent(found: Answer) -> list[tuple[str, str]]:
    return [(channel, one.after) for one in found.notified if one.sent for channel in one.channels]


@pytest.mark.rules
@pytest.mark.parametrize(
    ("at", "sent"),
    [
        # Sunday 03:00 in Tokyo is Saturday evening in Berlin: the second shift, and no chat.
        ("2026-11-29T03:00+09:00", [("pagerduty others-key", "1s"), ("opsgenie manager-key", "15m")]),
        # Monday 17:59 there is 09:59 in Berlin.
        (
            "2026-11-30T17:59+09:00",
            [("pagerduty tokyo-key", "1s"), ("msteamsv2 teams-url", "1s"), ("opsgenie manager-key", "15m")],
        ),
        (
            "2026-11-30T18:00+09:00",
            [("pagerduty others-key", "1s"), ("msteamsv2 teams-url", "1s"), ("opsgenie manager-key", "15m")],
        ),
        # In summer Berlin is an hour nearer to Tokyo: 09:00 there is 16:00 in Tokyo, in winter 17:00.
        ("2026-07-01T06:59Z", [("pagerduty tokyo-key", "1s"), ("opsgenie manager-key", "15m")]),
        (
            "2026-07-01T07:00Z",
            [("pagerduty tokyo-key", "1s"), ("msteamsv2 teams-url", "1s"), ("opsgenie manager-key", "15m")],
        ),
        ("2026-12-02T07:59Z", [("pagerduty tokyo-key", "1s"), ("opsgenie manager-key", "15m")]),
    ],
)
def test_who_is_on_call_at_a_moment(at: str, sent: list[tuple[str, str]], config: dict[str, Any]) -> None:
    """By the clock of each shift, summer and winter; amtool agrees on every receiver that an alert can reach."""
    assert sorted(_sent(_asked(config, at))) == sorted(sent)


@pytest.mark.rules
def test_severity_decides_between_channels(config: dict[str, Any]) -> None:
    """A ticket goes to the mailbox that takes warnings and to the chat, and wakes no one."""
    found = _asked(config, "2026-11-30T10:00Z", "warning")

    assert [channel for channel, _ in _sent(found)] == ["email payments@shop.example", "msteamsv2 teams-url"]
    assert not any("pagerduty" in channel for channel in found.channels)


@pytest.mark.rules
def test_a_team_with_pagerduty_only_hears_of_everything_there(config: dict[str, Any]) -> None:
    """Nothing is lost because a channel is missing, and PagerDuty sees how urgent it is."""
    for severity in ("critical", "warning", "info"):
        found = _asked(config, "2026-11-30T10:00Z", severity, "discovery")
        assert found.channels == ("pagerduty discovery-key",)
        (receiver,) = [one for one in config["receivers"] if one["name"] == f"discovery-{severity}"]
        assert receiver["pagerduty_configs"][0]["severity"] == severity


@pytest.mark.rules
@pytest.mark.parametrize(
    ("at", "muted"),
    [
        ("2026-12-05T20:59Z", False),
        ("2026-12-05T21:00Z", True),
        ("2026-12-06T00:59Z", True),
        ("2026-12-06T01:00Z", False),
        ("2027-12-05T22:00Z", False),
    ],
)
def test_maintenance_ends_by_itself(at: str, config: dict[str, Any], *, muted: bool) -> None:
    """To the minute, once: the same day of the next year is a day like any other."""
    found = _asked(config, at)

    assert (_sent(found) == []) is muted
    assert all("muted by maintenance-upgrade" in one.reason for one in found.notified) is muted


@pytest.mark.rules
def test_maintenance_of_one_service_mutes_no_other(config: dict[str, Any]) -> None:
    """The routes of everything else do not name it."""
    labels = {"alertname": "ServiceOutage", "severity": "critical", "owner": "payments", "service": "mailer"}
    at = datetime(2026, 12, 5, 22, tzinfo=UTC)

    assert _sent(answer(ensure(["amtool"])["amtool"], config, labels, [], at))


QUICK: RoutingPolicy = replace(
    ROUTING,
    times={severity: Times("100ms", "500ms", "1h") for severity in ROUTING.times},
)
"""The policy with short waits, for a test that cannot wait for minutes."""
AFTER_S = 3


def _around(now: datetime, begin_h: float, end_h: float) -> tuple[str, str]:
    return tuple(f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M}Z" for hours in (begin_h, end_h))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def heard(sample: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    """What a real Alertmanager sent of alerts in and out of shifts, of maintenance, and over before an escalation."""
    folder, now = tmp_path_factory.mktemp("on-call"), datetime.now(UTC)
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-2, 2))
    shifts = (
        Webhook(url_file="url", during=Hours(begin, end, EVERY_DAY, "UTC")),
        Webhook(url_file="url", during=Hours(end, begin, EVERY_DAY, "UTC")),
        Webhook(url_file="url", severities=("critical",), after=f"{AFTER_S}s"),
    )
    teams = {
        "payments": Team(name="payments", channels=shifts),
        "discovery": Team(name="discovery", channels=(Webhook(url_file="url"),)),
    }
    windows = [
        MaintenanceWindow(name=name, start=start, end=over, why="The disk is replaced.", services=(service,))
        for name, service, (start, over) in (
            ("now", "mailer", _around(now, -1, 1)),
            ("over", "search", _around(now, -3, -1)),
        )
    ]
    with standing_in() as (url, taken):
        (folder / "url").write_text(f"{url}/webhook")
        lab: Environment = replace(sample.environments["lab"], secrets_dir=str(folder))
        text = yaml.safe_dump(alertmanager_config(QUICK, teams, lab, windows))
        with running(find("alertmanager"), text, folder / "alertmanager") as alertmanager:

            def alert(service: str, owner: str = "discovery") -> dict[str, str]:
                return {"alertname": "ServiceOutage", "severity": "critical", "owner": owner, "service": service}

            alertmanager.send(alert("mailer"))
            alertmanager.send(alert("short", "payments"))
            alertmanager.send(alert("long", "payments"))
            until(lambda: _receivers(taken, "short"), "the first of two is notified")
            alertmanager.send(alert("short", "payments"), over=True)
            alertmanager.send(alert("search"))
            until(lambda: _receivers(taken, "search"), "what was maintained earlier is notified")
            until(lambda: f"payments-critical-after-{AFTER_S}s" in _receivers(taken, "long"), "the second is notified")
            time.sleep(1.0)  # two group intervals more: whatever else would be sent has been
    return taken


def _receivers(taken: list[Delivery], service: str, status: str = "firing") -> list[str]:
    return [one.receiver for one in list(taken) if one.status == status and _is_about(one, service)]


@pytest.mark.rules
def test_only_the_shift_of_now_is_notified(heard: list[Delivery]) -> None:
    """The other shift of the day hears nothing at all."""
    at_once = [name for name in _receivers(heard, "long") if "after" not in name]

    assert len(at_once) == 1
    begin = at_once[0].split("-")[-3]
    assert begin == next(one.receiver.split("-")[-3] for one in heard if "utc" in one.receiver)


@pytest.mark.rules
def test_the_second_receiver_hears_of_what_still_fires_and_of_nothing_else(heard: list[Delivery]) -> None:
    """Not of what was over before, neither that it fired nor that it ended."""
    second = f"payments-critical-after-{AFTER_S}s"
    first_at = min(one.at for one in heard if one.receiver != second and _is_about(one, "long"))
    (second_at,) = [one.at for one in heard if one.receiver == second and _is_about(one, "long")]

    assert second_at - first_at > AFTER_S - 1
    assert second not in [*_receivers(heard, "short"), *_receivers(heard, "short", "resolved")]
    assert _receivers(heard, "short", "resolved")


@pytest.mark.rules
def test_maintenance_mutes_while_it_lasts_and_not_when_it_is_over(heard: list[Delivery]) -> None:
    """The alert of the maintained service came first and is not sent; that of the earlier one is."""
    assert _receivers(heard, "mailer") == []
    assert _receivers(heard, "search") == ["discovery-critical"]


def _is_about(delivery: Delivery, service: str) -> bool:
    return any(alert.service == service for alert in delivery.alerts)


@pytest.mark.rules
def test_amtool_takes_the_whole(config: dict[str, Any], tmp_path: Path) -> None:
    """Shifts past midnight, escalation and maintenance are a configuration that Alertmanager starts with."""
    (tmp_path / "alertmanager.yml").write_text(yaml.safe_dump(config))
    done = subprocess.run(
        [find("amtool"), "check-config", tmp_path / "alertmanager.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
