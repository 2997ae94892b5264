"""The arithmetic of HorizontalPodAutoscaler, with the numbers of its documentation and of sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from vitals.foresight.simulate.scaler import STABILISATION_S, SYNC_S, Stabilised, for_average, for_utilisation


def one(value: float) -> np.ndarray:
    """An array of one cluster."""
    return np.array([float(value)])


@pytest.mark.parametrize(
    ("total", "per_pod", "pods", "wanted"),
    [(350, 35, 5, 10), (190, 35, 5, 5), (160, 35, 5, 5), (193, 35, 5, 6), (100, 35, 5, 3), (0, 35, 5, 0)],
)
def test_a_total_is_shared_among_pods(total: float, per_pod: float, pods: float, wanted: float) -> None:
    """Rounded up, and a tenth more or less than wanted changes nothing."""
    assert for_average(one(total), one(per_pod), one(pods)) == [wanted]


@pytest.mark.parametrize(
    ("used", "ready", "pods", "wanted"),
    [(1.0, 4, 4, 8), (0.5, 4, 4, 4), (0.54, 4, 4, 4), (0.25, 4, 4, 2), (1.0, 4, 6, 8), (1.0, 4, 8, 8)],
)
def test_pods_that_are_not_ready_count_as_idle(used: float, ready: float, pods: float, wanted: float) -> None:
    """At a target of one half: four full pods become eight, and if eight are there already, none is added."""
    assert for_utilisation(one(used), one(0.5), one(ready), one(pods)) == [wanted]


def test_pods_go_when_they_were_not_asked_for_in_five_minutes() -> None:
    """Up at once, by as many again or four; down after the window."""
    stabilised, pods, seen = Stabilised(1), one(2), []
    for step in range(30):
        pods = stabilised(one(20 if step < 4 else 3), pods, 100.0)
        seen.append(float(pods[0]))

    assert seen[:4] == [6, 12, 20, 20]
    assert seen.index(3.0) == 3 + STABILISATION_S // SYNC_S
    assert set(seen[4 : seen.index(3.0)]) == {20.0}


def test_limits_hold_whatever_is_asked_for() -> None:
    """Two replicas at least, and never more than the most."""
    stabilised = Stabilised(1)

    assert stabilised(one(0), one(2), 10.0) == [2]
    assert stabilised(one(1000), one(9), 10.0) == [10]
