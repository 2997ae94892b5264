"""On a whole stack an outage is notified as soon with the relay of pictures as without it, and pictures follow."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live.running_stack import RunningStack, vitals
from vitals.local.stack.parts.pictures import PICTURES
from vitals.local.stack.receivers.inbox import read_deliveries

pytestmark = [pytest.mark.live, pytest.mark.nightly]

LONGEST_S = 20.0
"""What is promised from the fault to the last notification, with the relay or without it."""
SCRAPES_S = 10.0
"""Two scrapes of the API: an outage that begins just after one is seen so much later than another, relay or not."""
FOLLOWS_WITHIN_S = 120.0


def _time_to_notify(outcome: dict[str, Any]) -> float:
    return float(max(after for after in outcome["notified_after_s"].values() if after is not None))


def _sent(prometheus: str) -> float:
    """Pictures that were delivered, as Prometheus has scraped it from a relay that is up again.

    The second drill starts the relay anew: until its next scrape it has no sample, and then its counter begins at zero.
    """
    query = f'sum(max_over_time(pictures_sent_total[15m])) and on () up{{job="{PICTURES}"}} == 1'
    answer = httpx.get(f"{prometheus}/api/v1/query", params={"query": query}).json()
    return sum(float(sample["value"][1]) for sample in answer["data"]["result"])


def test_the_time_to_notify_is_the_same_with_and_without_the_relay(stack: RunningStack, tmp_path: Path) -> None:
    """Both drills in one run on one machine; afterwards the relay is back, and its own metrics count what it sent."""
    addresses = stack.state().addresses
    assert addresses is not None
    outcomes = tmp_path / "drills.json"
    command = vitals(
        "drill", "api-outage", "api-outage-no-pictures", "--state", str(stack.folder), "--json", str(outcomes)
    )

    ran = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = {one["drill"]: one for one in json.loads(outcomes.read_text(encoding="utf-8"))}
    times = {name: _time_to_notify(one) for name, one in found.items()}
    print(f"\ntime to notify: {times}")
    assert set(times) == {"api-outage", "api-outage-no-pictures"}
    assert all(after <= LONGEST_S for after in times.values()), times
    assert abs(times["api-outage"] - times["api-outage-no-pictures"]) <= SCRAPES_S, times

    deadline = time.monotonic() + FOLLOWS_WITHIN_S
    while not (_sent(addresses.prometheus) and _pictures_of(stack)):
        assert time.monotonic() < deadline, "no picture followed the outage that was drilled with the relay"
        time.sleep(1.0)


def _pictures_of(stack: RunningStack) -> list[str]:
    deliveries = read_deliveries(stack.folder / "deliveries.jsonl")
    return [one.summary for one in deliveries if one.picture and "ServiceOutage" in one.summary]
