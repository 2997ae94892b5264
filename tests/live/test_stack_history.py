"""`vitals up --history`: a stack of a few seconds knows what last week was like, and says what of it is real."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.live.running_stack import RunningStack, has_prometheus, processes_of, vitals

pytestmark = pytest.mark.live

LAST_WEEK = 'service:api_response_time_seconds:p95_5m_mean1h{service="wellness-api"} offset 1w'
BUDGET = 'avg_over_time(service_slo:events:rate1m{service="wellness-api",slo="latency"}[3d])'
STILL_STARTING = 130
"""The exit code of a stack that is interrupted before everything is up."""


def ask(url: str, **parameters: str) -> Any:  # noqa: ANN401  JSON
    """Ask a server for JSON."""
    return httpx.get(url, params=parameters, trust_env=False).raise_for_status().json()


def test_a_fresh_stack_with_history_knows_last_week(start: Callable[..., RunningStack]) -> None:
    """Last week has values at once; state, status and portal say since when data are real; no alert fires."""
    begun = time.time()
    stack = start("--history", "8d")
    state = stack.wait_for(has_prometheus)
    assert state.addresses is not None
    assert state.real_since is not None
    assert begun - 120 < state.real_since < time.time()

    for query in (LAST_WEEK, BUDGET):
        (found,) = ask(f"{state.addresses.prometheus}/api/v1/query", query=query)["data"]["result"]
        assert float(found["value"][1]) > 0
    alerts = ask(f"{state.addresses.prometheus}/api/v1/alerts")["data"]["alerts"]
    assert not [alert for alert in alerts if "Worse" in alert["labels"]["alertname"]]

    assert ask(f"{state.addresses.portal}/api/health")["real_since"] == state.real_since
    printed = subprocess.run(
        vitals("status", "--json", "--state", str(stack.folder)), check=True, capture_output=True, text=True
    )
    assert json.loads(printed.stdout)["real_since"] == state.real_since
    shown = subprocess.run(vitals("status", "--state", str(stack.folder)), check=True, capture_output=True, text=True)
    assert "what is older is synthetic" in " ".join(shown.stdout.split())

    assert stack.interrupt() in (0, STILL_STARTING)
    assert processes_of(state.run_id) == []
