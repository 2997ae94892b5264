"""An outage of the demo platform reaches people, and so does a full disk beside it; a browser shows it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live.running_stack import RunningStack, vitals
from vitals.local.tools import find

pytestmark = pytest.mark.live

LONGEST_S = 20.0
"""What is promised from the fault to the last notification."""
DRILL_WITHIN_S = 300.0


def test_an_outage_is_notified_on_every_channel_and_seen_in_a_browser(stack: RunningStack, tmp_path: Path) -> None:
    """With the shipped rules Slack, e-mail and PagerDuty hear of both and of their end, and the page shows it."""
    addresses = stack.state().addresses
    assert addresses is not None
    outcome = tmp_path / "drill.json"
    command = vitals("drill", "api-outage", "system-disk-full", "--state", str(stack.folder), "--json", str(outcome))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(addresses.portal)
        alerts, notified = page.locator("#alerts"), page.locator("#deliveries")
        expect(alerts).not_to_contain_text("Loading", timeout=20_000)
        expect(alerts).not_to_contain_text("ServiceOutage")
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as drill:
            expect(alerts).to_contain_text("ServiceOutage", timeout=60_000)
            expect(notified).to_contain_text("ServiceOutage", timeout=60_000)
            _, said = drill.communicate(timeout=DRILL_WITHIN_S)
        browser.close()

    assert drill.returncode == 0, said
    (disk, outage) = sorted(json.loads(outcome.read_text(encoding="utf-8")), key=lambda one: one["alert"])
    assert (outage["alert"], outage["severity"], outage["expected"]) == ("ServiceOutage", "critical", "page")
    assert _time_to_notify(outage) <= LONGEST_S
    assert outage["resolved_after_s"] > 0
    assert outage["problem"] is None
    assert (disk["alert"], disk["problem"]) == ("DiskNearlyFull", None)
    assert disk["skipped"] is not None or _time_to_notify(disk) <= disk["within_s"]


def _time_to_notify(outcome: dict[str, Any]) -> float:
    """When the last of the three receivers was notified; no other was."""
    notified = {channel: after for channel, after in outcome["notified_after_s"].items() if after is not None}
    assert set(notified) == {"slack", "email", "pagerduty"}
    return float(max(notified.values()))
