"""From a dot on a latency panel to the request behind it: an exemplar's trace is in the portal."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.live.running_stack import RunningStack
from vitals.local.stack.state import Addresses

pytestmark = pytest.mark.live

QUERY = 'api_response_time_seconds_bucket{endpoint="/api/dashboard"}'


def newest_trace_id(addresses: Addresses, client: httpx.Client) -> str:
    """Ask Prometheus for the newest exemplar of the dashboard's response time."""
    now = time.time()
    answer = client.get(
        f"{addresses.prometheus}/api/v1/query_exemplars", params={"query": QUERY, "start": now - 300, "end": now}
    )
    exemplars = [exemplar for series in answer.json()["data"] for exemplar in series["exemplars"]]
    assert exemplars, "no exemplar in five minutes of traffic"
    newest = max(exemplars, key=lambda exemplar: float(exemplar["timestamp"]))
    trace_id: str = newest["labels"]["trace_id"]
    return trace_id


def test_an_exemplar_leads_to_its_trace(stack: RunningStack) -> None:
    """Prometheus' own exemplar names a trace whose spans show the request and what it asked of the database."""
    addresses = stack.state().addresses
    assert addresses is not None
    with httpx.Client(trust_env=False) as client:
        trace_id = newest_trace_id(addresses, client)
        deadline = time.monotonic() + 20  # spans are exported in batches, after the metric was scraped
        while (answer := client.get(f"{addresses.portal}/api/traces/{trace_id}")).status_code == 404:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.5)

    trace = answer.json()
    assert trace["trace_id"] == trace_id
    names = [row["span"]["name"] for row in trace["rows"]]
    assert names[0] == "GET /api/dashboard"
    assert len(names) > 1
