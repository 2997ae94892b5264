"""The table of routes, asked of the real amtool: which receiver gets which severity of which team."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.local_alertmanager import filled
from tests.alert_rules.receivers import Receivers
from vitals.local.tools import find
from vitals.model.catalog import OUT_OF_HOURS

ADDRESSES = Receivers(
    slack_url="http://127.0.0.1:1/slack", pagerduty_url="http://127.0.0.1:1/v2/enqueue", smtp_address="127.0.0.1:1"
)
OUTAGE, WATCHDOG = "ServiceOutage", "Watchdog"
TABLE = [
    ("local", OUTAGE, "critical", "platform", "platform-critical"),
    ("local", "TargetDown", "warning", "platform", "platform-warning"),
    ("local", "SomethingNew", "info", "platform", "platform-info"),
    ("local", "SomethingNew", "an-unknown-word", "platform", "platform-warning"),
    ("local", WATCHDOG, "none", "platform", "deadman"),
    ("prod", OUTAGE, "critical", "platform", "platform-critical"),
    ("prod", OUTAGE, "critical", "a-team-that-left", "platform-critical"),
    ("prod", "SomethingNew", "an-unknown-word", "a-team-that-left", "platform-warning"),
    ("prod", WATCHDOG, "none", "platform", "deadman"),
    ("lab", OUTAGE, "critical", "payments", "payments-critical"),
    ("lab", OUTAGE, "critical", "discovery", "discovery-critical"),
    ("lab", "TargetDown", "warning", "payments", "payments-warning"),
    ("lab", "SomethingNew", "info", "payments", "payments-info"),
    ("lab", WATCHDOG, "none", "discovery", "blackhole"),
    ("lab", OUTAGE, "critical", "a-team-that-left", "discovery-critical"),
]


def _config(rendered: ShippedEnvironment, folder: Path) -> Path:
    file = folder / "alertmanager.yml"
    file.write_text(filled(rendered.files["alertmanager.yml"], ADDRESSES, folder))
    return file


@pytest.mark.rules
@pytest.mark.parametrize(("environment", "alert", "severity", "owner", "receiver"), TABLE)
def test_each_alert_reaches_its_receiver(
    *,
    environment: str,
    alert: str,
    severity: str,
    owner: str,
    receiver: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """``amtool config routes test`` names one receiver, and it is the one of the table."""
    config = _config(request.getfixturevalue(environment), tmp_path)
    labels = [f"alertname={alert}", f"severity={severity}", f"owner={owner}", "service=some-service"]
    ran = subprocess.run(
        [find("amtool"), "config", "routes", "test", f"--config.file={config}", *labels],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.split() == [receiver]


@pytest.mark.rules
@pytest.mark.parametrize("environment", ["local", "prod", "lab"])
def test_amtool_accepts_the_configuration(environment: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """``amtool check-config`` has nothing to say against any environment's configuration."""
    config = _config(request.getfixturevalue(environment), tmp_path)

    subprocess.run([find("amtool"), "check-config", config], capture_output=True, check=True)


def test_a_page_never_waits_behind_a_ticket(local: ShippedEnvironment) -> None:
    """Pages leave after a second, in groups of one alert of one service that no ticket shares."""
    (team,) = [
        route for route in yaml.safe_load(local.files["alertmanager.yml"])["route"]["routes"] if "routes" in route
    ]
    page, *tickets = team["routes"]

    assert page["matchers"] == ['severity="critical"']
    assert (page["group_wait"], page["group_by"]) == ("1s", ["alertname", "service"])
    assert page["receiver"] not in {ticket["receiver"] for ticket in tickets}


def test_only_information_is_ever_muted_and_only_out_of_hours(prod: ShippedEnvironment) -> None:
    """Pages and tickets know no hours; information is muted at night and on weekends, never in office hours."""
    config = yaml.safe_load(prod.files["alertmanager.yml"])
    muted = {
        route["receiver"]: route["mute_time_intervals"]
        for team in config["route"]["routes"]
        for route in team.get("routes", [])
        if "mute_time_intervals" in route
    }
    (hours,) = config["time_intervals"]
    weekend, night = hours["time_intervals"]

    assert muted == {"platform-info": [OUT_OF_HOURS]}
    assert weekend == {"weekdays": ["saturday", "sunday"], "location": "UTC"}
    assert night == {
        "times": [{"start_time": "00:00", "end_time": "07:00"}, {"start_time": "19:00", "end_time": "24:00"}],
        "location": "UTC",
    }


def test_secrets_are_files(prod: ShippedEnvironment) -> None:
    """No secret stands in the configuration: addresses and keys that are secret are given by ``*_file`` alone."""
    text = prod.files["alertmanager.yml"]
    fields = {line.split(":")[0].strip(" -") for line in text.splitlines()}

    assert {"api_url_file", "routing_key_file", "smtp_auth_password_file"} <= fields
    assert not fields & {"api_url", "routing_key", "service_key", "smtp_auth_password", "auth_password", "auth_secret"}
