"""What Alertmanager says of a notification, as it says it: the form of its webhook."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from vitals.local.relay.notice import Notice, parse

LINK = "http://portal.example/d/vitals-api/vitals-api?viewPanel=876107&var-service=wellness-api&from=now-1h&to=now"
RECEIVER = "platform-critical-pictures"
GROUP_KEY = '{}/{owner="platform"}/{severity="critical"}:{alertname="ServiceOutage", service="wellness-api"}'
FINGERPRINT = "9f0f1ac29c5d0d91"


def call(
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    status: str = "firing",
    **fields: Any,  # noqa: ANN401 - whatever a caller may send
) -> bytes:
    """The body of a call about one alert."""
    alert = {
        "status": status,
        "labels": {"alertname": "ServiceOutage", "service": "wellness-api", "severity": "critical", **(labels or {})},
        "annotations": {"summary": "wellness-api: all requests fail", "dashboard_url": LINK, **(annotations or {})},
        "startsAt": "2026-01-01T00:00:00Z",
        "fingerprint": FINGERPRINT,
    }
    said = {"version": "4", "groupKey": GROUP_KEY, "receiver": RECEIVER, "status": status, "alerts": [alert]}
    return json.dumps(said | fields).encode()


def notice(at: float | None = None, **said: Any) -> Notice:  # noqa: ANN401 - as :func:`call`
    """A notice as it is read from a call."""
    found = parse(call(**said), time.time() if at is None else at)
    assert found is not None
    return found
