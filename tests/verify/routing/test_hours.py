"""When information is muted: in words, at a moment, and by the real Alertmanager, by the clock of a team's own zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from alert_rules.routing import ROUTING
from tests.alert_rules.local_alertmanager import filled, running, until
from tests.alert_rules.receivers import listening
from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.tools import ensure
from vitals.model.catalog import Catalogue, Hours
from vitals.verify.routing.hours import holds, in_words

OWN = "out-of-hours-discovery"
Interval = Mapping[str, Any]


@pytest.fixture
def config(sample: Catalogue) -> dict[str, Any]:
    """The configuration of the laboratory, where one team of two has a time zone of its own."""
    loaded: dict[str, Any] = yaml.safe_load(files_of(sample, sample.environments["lab"])["alertmanager.yml"])
    return loaded


def _intervals(config: Mapping[str, Any]) -> dict[str, Interval]:
    return {interval["name"]: interval for interval in config["time_intervals"]}


def test_a_team_with_a_zone_has_hours_of_its_own(config: dict[str, Any]) -> None:
    """The other team keeps those of the environment, and unclaimed information those of the operators."""
    *teams, _, _, unclaimed = config["route"]["routes"]
    muted = {
        team["matchers"][0]: route["mute_time_intervals"]
        for team in teams
        for route in team.get("routes", [])
        if "mute_time_intervals" in route
    }

    assert muted == {'owner="payments"': ["out-of-hours"], 'owner="discovery"': [OWN]}
    assert unclaimed["mute_time_intervals"] == [OWN]
    assert {name: in_words(interval) for name, interval in _intervals(config).items()} == {
        "out-of-hours": "saturday, sunday; 00:00-07:00, 19:00-24:00 UTC",
        OWN: "saturday, sunday; 00:00-07:00, 19:00-24:00 America/Los_Angeles",
    }


def test_a_zone_of_the_environment_is_that_of_its_teams(sample: Catalogue) -> None:
    """One interval, and a team that names the same zone needs no other."""
    lab = replace(sample.environments["lab"], time_zone="America/Los_Angeles")
    (only,) = yaml.safe_load(files_of(sample, lab)["alertmanager.yml"])["time_intervals"]

    assert only["name"] == "out-of-hours"
    assert {part["location"] for part in only["time_intervals"]} == {"America/Los_Angeles"}


def test_a_zone_of_the_hours_of_all_is_refused() -> None:
    """They follow the clock of each team, so a zone of their own would be passed over."""
    with pytest.raises(VitalsError, match=r"say America/Los_Angeles.* time_zone of a team or of an environment"):
        replace(ROUTING, working_hours=Hours("07:00", "19:00", time_zone="America/Los_Angeles"))


@pytest.mark.parametrize(
    ("moment", "muted"),
    [
        ("2026-07-01T13:59Z", True),  # 06:59 in summer
        ("2026-07-01T14:00Z", False),  # 07:00 in summer
        ("2026-01-07T14:00Z", True),  # 06:00 in winter: the same moment of UTC
        ("2026-01-07T14:59Z", True),
        ("2026-01-07T15:00Z", False),
        ("2026-07-02T01:59Z", False),  # 18:59 in summer
        ("2026-07-02T02:00Z", True),
        ("2026-01-08T02:00Z", False),  # 18:00 in winter
        ("2026-01-08T03:00Z", True),
        ("2026-07-04T20:00Z", True),  # Saturday
        ("2026-07-06T06:59Z", True),  # still Sunday there
        ("2026-07-03T23:59Z", False),  # Friday afternoon there
        ("2026-07-04T01:00Z", False),  # Saturday in UTC, Friday 18:00 there
        ("2026-03-09T14:00Z", False),  # the Monday after the clocks went forward
        ("2026-03-06T14:00Z", True),  # the Friday before
        ("2026-11-02T14:00Z", True),  # the Monday after they went back
    ],
)
def test_hours_follow_the_clock_of_the_team_in_summer_and_winter(
    moment: str, *, muted: bool, config: dict[str, Any]
) -> None:
    """07:00 to 19:00 of its own working day."""
    assert holds(_intervals(config)[OWN], datetime.fromisoformat(moment)) is muted


def test_what_cannot_be_read_is_not_guessed() -> None:
    """An interval that was written by hand, and a zone that this machine does not have."""
    now = datetime.now(UTC)
    with pytest.raises(VitalsError, match="has holidays, which is not written by"):
        holds({"name": "x", "time_intervals": [{"holidays": ["1"]}]}, now)
    with pytest.raises(VitalsError, match="'Europe/Nowhere' is not known on this machine"):
        holds({"name": "x", "time_intervals": [{"times": [], "location": "Europe/Nowhere"}]}, now)


ZONES = ("America/Los_Angeles", "America/Sao_Paulo", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland")


@pytest.mark.rules
def test_the_real_alertmanager_mutes_by_the_same_clock(config: dict[str, Any], tmp_path: Path) -> None:
    """Of two teams in zones where it is night and day now, the one in which it is day hears; weekends are left out."""
    now = datetime.now(UTC)
    night = _intervals(config)[OWN]["time_intervals"][1]["times"]
    zones = {muted: next(zone for zone in ZONES if holds(_hours(zone, night), now) is muted) for muted in (True, False)}
    for name, muted in (("out-of-hours", True), (OWN, False)):
        _intervals(config)[name]["time_intervals"] = _hours(zones[muted], night)["time_intervals"]  # type: ignore[index]
    for route in (node for team in config["route"]["routes"] for node in (team, *team.get("routes", ()))):
        if "group_wait" in route:
            route |= {"group_wait": "100ms"}

    with listening() as receivers:
        for secret in ("payments-slack", "discovery-slack"):
            (tmp_path / secret).write_text(receivers.slack_url)
        text = (
            yaml.safe_dump(config).replace("/run/secrets", str(tmp_path)).replace("mail.lab.example:25", "127.0.0.1:1")
        )
        program = ensure(["alertmanager"])["alertmanager"]
        with running(program, filled(text, receivers, tmp_path), tmp_path / "alertmanager") as alertmanager:
            for owner in ("payments", "discovery"):
                alertmanager.send(
                    {"alertname": "SomethingNew", "severity": "info", "owner": owner, "service": f"of-{owner}"}
                )
            until(lambda: receivers.of("of-discovery"), "the team in which it is day has heard")
            alertmanager.send(
                {"alertname": "Later", "severity": "info", "owner": "discovery", "service": "of-discovery"}
            )
            until(lambda: len(receivers.of("of-discovery")) == 2, "a later one is out")

    assert receivers.of("of-payments") == []


def _hours(zone: str, times: Any) -> dict[str, Any]:  # noqa: ANN401  parsed YAML
    return {"name": zone, "time_intervals": [{"times": times, "location": zone}]}
