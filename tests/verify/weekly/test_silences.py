"""Silences are read from the real Alertmanager, and mean what it means by them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.alert_rules.local_alertmanager import running
from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.tools import ensure
from vitals.verify.weekly import Week
from vitals.verify.weekly.silences import silences

pytestmark = [pytest.mark.anyio, pytest.mark.rules]

CONFIG = "route: {receiver: none}\nreceivers: [{name: none}]\n"


def _matcher(name: str, value: str, *, pattern: bool = False, equal: bool = True) -> dict[str, Any]:
    return {"name": name, "value": value, "isRegex": pattern, "isEqual": equal}


async def test_silences_of_the_week_are_read_with_whom_they_keep_quiet(tmp_path: Path) -> None:
    """Each kind of matcher; one that is planned for later is not of this week."""
    now = datetime.now(UTC)
    week = Week(end=int(time.time()) // 60 * 60 + 60, length_s=3600)
    outage = [_matcher("alertname", "ServiceOutage"), _matcher("service", "wellness-.*", pattern=True)]
    others = [_matcher("severity", "info", equal=False), _matcher("service", "shop|bar", pattern=True, equal=False)]
    with running(ensure(["alertmanager"])["alertmanager"], CONFIG, tmp_path / "alertmanager") as alertmanager:
        for matchers, later in ((outage, timedelta()), (others, timedelta()), (outage, timedelta(days=2))):
            silence = {
                "matchers": matchers, "createdBy": "on-call", "comment": "deploy",
                "startsAt": (now + later).isoformat(), "endsAt": (now + later + timedelta(hours=1)).isoformat(),
            }  # fmt: skip
            httpx.post(f"{alertmanager.url}/api/v2/silences", json=silence).raise_for_status()
        async with BoundedClient(within_s=10) as client:
            found = {one.words: one for one in await silences(client, alertmanager.url, week)}

    assert set(found) == {
        'alertname="ServiceOutage", service=~"wellness-.*"', 'severity!="info", service!~"shop|bar"'
    }  # fmt: skip
    first, second = (found[words] for words in sorted(found))
    assert (first.author, first.comment) == ("on-call", "deploy")
    at = time.time() + 1
    assert first.covers({"alertname": "ServiceOutage", "service": "wellness-api"}, at)
    assert not first.covers({"alertname": "ServiceOutage", "service": "shop"}, at)
    assert not first.covers({"alertname": "ServiceOutage", "service": "wellness-api"}, at + 3601)
    assert second.covers({"severity": "critical", "service": "wellness-api"}, at)
    assert not second.covers({"severity": "critical", "service": "bar"}, at)


async def test_an_alertmanager_that_is_gone_is_said(unused_port: int) -> None:
    """A review without silences is asked for by leaving the address out, not by losing the server."""
    async with BoundedClient(within_s=10) as client:
        with pytest.raises(VitalsError, match="or leave --alertmanager out"):
            await silences(client, f"http://127.0.0.1:{unused_port}", Week(end=7200, length_s=3600))
