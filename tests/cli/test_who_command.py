"""``vitals who`` on what is rendered of the demo's catalogue, with the real amtool."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vitals.paths import ROOT

pytestmark = pytest.mark.rules


Who = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def who(demo_rendered: Path) -> Who:
    """Runs the command."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vitals.cli", "who", "--rendered", str(demo_rendered), *arguments]
        return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    return run


def test_the_answer_for_people_says_who_how_fast_and_what_mutes_it(who: Who) -> None:
    """One answer for alerts that differ in labels only."""
    done = who("ServiceOutage", "service=wellness-api", "--env", "prod")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("receiver") == 1
    words = " ".join(done.stdout.split())
    assert "owner platform" in words
    assert "slack #platform-alerts, email platform@wellness.example, pagerduty" in words
    assert "first notification 1s after it fires, one for each alertname, service" in words
    assert "muted when never" in words


def test_the_answer_for_scripts_has_every_field(who: Who) -> None:
    """JSON, one object for each alert."""
    (found,) = json.loads(who("ApiLatencyHigh", "--json").stdout)

    assert found["owner"] == "platform"
    assert found["routes"][0]["receiver"] == "platform-warning"
    assert found["routes"][0]["group_wait"] == "10s"
    assert found["inhibited"] == [{"alerts": ["ServiceOutage"], "equal": ["service"]}]


def test_the_answer_is_for_a_moment_by_the_clock_that_is_named(who: Who) -> None:
    """A day of the week and a zone are enough, for people and for scripts."""
    asked = ("ServiceOutage", "service=wellness-api", "--env", "prod", "--at", "Sunday 03:00 Asia/Tokyo")
    words = " ".join(who(*asked).stdout.split())
    (first, *_) = json.loads(who(*asked, "--json").stdout)

    assert re.search(
        r"Sunday 2\d{3}-\d\d-\d\d 03:00 Asia/Tokyo slack #platform-alerts, email \S+, pagerduty \S+, after 1s", words
    )
    assert first["moment"].endswith("T03:00:00+09:00")
    assert [(one["receiver"], one["sent"], one["reason"]) for one in first["notified"]] == [
        ("platform-critical", True, "")
    ]


def test_the_watchdog_notifies_only_the_dead_mans_switch(who: Who) -> None:
    """It always fires, so it must reach no channel that people read."""
    (channels,) = [line for line in who("Watchdog").stdout.splitlines() if line.startswith("channels")]
    assert channels.split() == ["channels", "webhook", "deadman-heartbeat-url"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["ServiceOutge"], "Did you mean ServiceOutage"),
        (["ServiceOutage", "wellness-api"], "Write it as LABEL=VALUE"),
        (["ServiceOutage", "--env", "porto"], "is not rendered"),
        (["ServiceOutage", "--at", "noon"], "is not a moment"),
        (["ServiceOutage", "--at", "2026-07-01T16:00"], "Write it with its offset"),
    ],
)
def test_a_wrong_question_exits_one(who: Who, arguments: list[str], complaint: str) -> None:
    """An unknown alert, a label without value, an unknown environment."""
    done = who(*arguments)

    assert done.returncode == 1
    assert complaint in " ".join(done.stderr.split())
