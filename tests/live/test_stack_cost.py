"""What the model says that the stack stores, the running stack stores."""

from __future__ import annotations

import time

import pytest

from tests.live.running_stack import RunningStack
from vitals.kit.cost.comparison import Comparison, compare
from vitals.paths import RENDERED
from vitals.rendered import read

pytestmark = pytest.mark.live

TOLERANCE = 0.15
WITHIN_S = 180.0
"""Series appear with the first request, task or notification that they count."""


def _near(found: Comparison) -> bool:
    head = abs(found.head - found.total.estimated) / found.total.estimated
    return found.total.error < TOLERANCE and head < TOLERANCE and all(part.found for part in found.parts)


def test_the_estimate_is_within_fifteen_percent_of_what_is_stored(stack: RunningStack) -> None:
    """All series together, and so the head block as Prometheus reports it; every job and the rules have their share."""
    addresses = stack.state().addresses
    assert addresses is not None
    cost = read(RENDERED / "local").model.cost
    deadline = time.monotonic() + WITHIN_S
    found = compare(cost, addresses.prometheus)
    while not _near(found) and time.monotonic() < deadline:
        time.sleep(5)
        found = compare(cost, addresses.prometheus)

    assert _near(found), found
    print(f"\n{found.total.estimated} series estimated, {found.total.found} active, {found.head} in the head block")
