"""The dead man's switch hears the Watchdog, misses it in its time, and hears it again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import yaml
from starlette.applications import Starlette

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.deadman import BEATS_MISSED, DeadMan, heartbeat_every
from vitals.local.stack.receivers.deadman import heartbeat_path, heartbeat_routes
from vitals.model.catalog import Catalogue

TOKEN = "a-token"
WATCHDOG = {"status": "firing", "labels": {"alertname": "Watchdog"}}
OTHER = {"status": "firing", "labels": {"alertname": "Other"}}
CALL = {"version": "4", "alerts": [WATCHDOG]}


class Timeline:
    """A switch with a clock of its own; it wants a heartbeat each minute."""

    def __init__(self, every_s: float | None = 60.0) -> None:
        self.now = 1000.0
        self.delivered: list[Delivery] = []
        self.problems: list[str] = []
        self.deadman = DeadMan(
            every_s, self.delivered.append, self.problems.append, self.problems.remove, clock=lambda: self.now
        )

    def after(self, seconds: float) -> None:
        """Let time pass, and look."""
        self.now += seconds
        self.deadman.check()

    @property
    def state(self) -> str:
        """How the switch is shown."""
        (part,) = self.deadman.health()
        return part.state


def test_silence_is_an_alarm_after_two_heartbeats_and_not_before() -> None:
    """One heartbeat may be lost. The alarm is notified once, with how long the silence lasted, and shown."""
    timeline = Timeline()
    timeline.deadman.begin()
    timeline.deadman.hear()
    timeline.after(60 * BEATS_MISSED)
    assert (timeline.delivered, timeline.state) == ([], "healthy")

    timeline.after(1)
    timeline.after(30)

    (alarm,) = timeline.delivered
    assert (alarm.channel, alarm.status, alarm.alerts[0].name) == ("deadman", "firing", "Watchdog")
    assert timeline.problems == [alarm.summary]
    assert "No Watchdog heartbeat for 121 s" in alarm.summary
    assert timeline.state == "failing"
    known = timeline.deadman.record()
    assert known is not None
    assert (known.patience_s, known.heard_at, known.missing_since) == (120.0, 1000.0, 1121.0)


def test_the_next_heartbeat_ends_the_alarm() -> None:
    """A resolved notification is sent, the problem is none any more, and the next silence is an alarm of its own."""
    timeline = Timeline()
    timeline.deadman.hear()
    timeline.after(130)
    timeline.now += 40
    timeline.deadman.hear()
    assert [one.status for one in timeline.delivered] == ["firing", "resolved"]
    assert "heartbeat back, 40 s after the alarm" in timeline.delivered[-1].summary
    assert timeline.problems == []
    assert timeline.state == "healthy"

    timeline.after(121)
    assert [one.status for one in timeline.delivered] == ["firing", "resolved", "firing"]


def test_a_start_does_not_count_as_silence_and_a_missing_heartbeat_does() -> None:
    """Nothing is missed before everything that the heartbeat needs has been started."""
    timeline = Timeline()
    timeline.after(1000)
    assert (timeline.delivered, timeline.state) == ([], "starting")

    timeline.deadman.begin()
    timeline.after(121)
    assert [one.status for one in timeline.delivered] == ["firing"]


def test_without_a_heartbeat_nothing_is_missed_or_shown() -> None:
    """An environment without a dead man's address has no switch."""
    timeline = Timeline(None)
    timeline.deadman.begin()
    timeline.after(1e6)

    assert (timeline.delivered, timeline.deadman.health(), timeline.deadman.record()) == ([], [], None)


def test_the_pace_is_that_of_the_rendered_route(wellness: Catalogue, sample: Catalogue) -> None:
    """A repetition is sent at the first flush at which it is due; without the route there is no pace."""
    local = files_of(wellness, wellness.environments["local"])["alertmanager.yml"]
    config = yaml.safe_load(local)
    (route,) = [one for one in config["route"]["routes"] if one["receiver"] == "deadman"]

    assert (route["group_interval"], route["repeat_interval"], heartbeat_every(local)) == ("1m", "50s", 60.0)
    route["repeat_interval"] = "1m30s"
    assert heartbeat_every(yaml.safe_dump(config)) == 120.0
    assert heartbeat_every(files_of(sample, sample.environments["lab"])["alertmanager.yml"]) is None


@pytest.mark.parametrize("times", [{}, {"group_interval": "1m"}, {"group_interval": "1m", "repeat_interval": "often"}])
def test_a_route_without_times_is_refused(times: dict[str, str]) -> None:
    """Its silence could not be noticed, so the stack does not start."""
    route: dict[str, Any] = {"receiver": "deadman", **times}

    with pytest.raises(VitalsError, match="how often it is called"):
        heartbeat_every(yaml.safe_dump({"route": {"receiver": "blackhole", "routes": [route]}}))


@pytest.mark.parametrize(
    ("path", "call", "status", "heard"),
    [
        (heartbeat_path(TOKEN), CALL, 200, True),
        (heartbeat_path("another"), CALL, 404, False),
        (heartbeat_path(TOKEN), {"alerts": []}, 400, False),
        (heartbeat_path(TOKEN), {**CALL, "alerts": []}, 400, False),
        (heartbeat_path(TOKEN), {**CALL, "alerts": [{**WATCHDOG, "status": "resolved"}]}, 400, False),
        (heartbeat_path(TOKEN), {**CALL, "alerts": [OTHER]}, 400, False),
    ],
)
def test_only_a_firing_watchdog_at_the_secret_address_is_a_heartbeat(
    *, path: str, call: dict[str, Any], status: int, heard: bool
) -> None:
    """A heartbeat that anything can make proves nothing."""
    beats: list[bool] = []
    app = Starlette(routes=heartbeat_routes(TOKEN, "Watchdog", lambda: beats.append(True)))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://here") as client:
            return (await client.post(path, json=call)).status_code

    assert asyncio.run(ask()) == status
    assert beats == ([True] if heard else [])
