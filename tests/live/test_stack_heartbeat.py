"""The real Alertmanager calls the dead man's switch as often as its route says."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.live.running_stack import RunningStack

pytestmark = pytest.mark.live


def test_the_watchdog_is_heard_again_and_again(stack: RunningStack) -> None:
    """A second heartbeat follows the first within the patience, nothing is missed, and the portal shows the switch."""
    first = stack.wait_for(lambda state: state.heartbeat is not None and state.heartbeat.heard_at is not None)
    assert first.heartbeat is not None
    known = first.heartbeat
    deadline = time.monotonic() + known.patience_s
    while (now := stack.state().heartbeat) is not None and now.heard_at == known.heard_at:
        assert time.monotonic() < deadline
        time.sleep(0.5)

    assert now is not None
    assert now.missing_since is None
    addresses = stack.state().addresses
    assert addresses is not None
    health = httpx.get(f"{addresses.portal}/api/health", timeout=10, trust_env=False).json()
    parts = {part["name"]: part["state"] for part in health["parts"]}
    assert parts["deadman"] == "healthy"
