"""An outage of the demo platform reaches people, and so does a full disk beside it; a browser shows it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live.running_stack import RunningStack, vitals
from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.state import Addresses
from vitals.local.tools import find

pytestmark = pytest.mark.live

LONGEST_S = 20.0
"""What is promised from the fault to the last notification."""
DRILL_WITHIN_S = 300.0
SEEN_WITHIN_MS = 60_000.0
"""Three times the promise: a browser on a busy machine lags behind, and what it shows last is compared, not when."""


def test_an_outage_and_a_full_disk_are_notified_on_every_channel(stack: RunningStack, tmp_path: Path) -> None:
    """With the shipped rules Slack, e-mail and PagerDuty hear of both and of their end."""
    outcome = tmp_path / "drill.json"
    command = vitals("drill", "api-outage", "system-disk-full", "--state", str(stack.folder), "--json", str(outcome))

    drill = subprocess.run(command, capture_output=True, text=True, timeout=DRILL_WITHIN_S, check=False)

    assert drill.returncode == 0, drill.stderr
    (disk, outage) = sorted(json.loads(outcome.read_text(encoding="utf-8")), key=lambda one: one["alert"])
    assert (outage["alert"], outage["severity"], outage["expected"]) == ("ServiceOutage", "critical", "page")
    assert _time_to_notify(outage) <= LONGEST_S
    assert outage["resolved_after_s"] > 0
    assert outage["problem"] is None
    assert (disk["alert"], disk["problem"]) == ("DiskNearlyFull", None)
    assert disk["skipped"] is not None or _time_to_notify(disk) <= disk["within_s"]


def test_an_outage_and_its_end_are_seen_in_a_browser(stack: RunningStack) -> None:
    """The page lists the alert and who was notified of it while it lasts, then only the notifications."""
    addresses = stack.state().addresses
    assert addresses is not None

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(addresses.portal)
        alerts, notified = page.locator("#alerts"), page.locator("#deliveries")
        expect(alerts).not_to_contain_text("Loading", timeout=20_000)
        expect(alerts).not_to_contain_text("ServiceOutage", timeout=SEEN_WITHIN_MS)
        with _outage(addresses):
            outage = alerts.locator("li", has_text="ServiceOutage")
            for channel in ("Slack", "E-mail", "PagerDuty"):
                expect(outage).to_contain_text(f"{channel} ", timeout=SEEN_WITHIN_MS)
        expect(alerts).not_to_contain_text("ServiceOutage", timeout=SEEN_WITHIN_MS)
        expect(notified).to_contain_text("ServiceOutage")
        browser.close()


@contextmanager
def _outage(addresses: Addresses) -> Iterator[None]:
    """Every request to the API fails as long as this lasts; a drill ends as soon as people know, maybe unseen here."""
    faults = [f"{url}/faults/outage" for name, url in addresses.admin.items() if name.startswith(f"{API_JOB}-")]
    assert faults
    try:
        for fault in faults:
            httpx.put(fault, json={}, trust_env=False).raise_for_status()
        yield
    finally:
        for fault in faults:
            httpx.delete(fault, trust_env=False).raise_for_status()


def _time_to_notify(outcome: dict[str, Any]) -> float:
    """When the last of the three receivers was notified; no other was."""
    notified = {channel: after for channel, after in outcome["notified_after_s"].items() if after is not None}
    assert set(notified) == {"slack", "email", "pagerduty"}
    return float(max(notified.values()))
