"""When the forecast fails, the service is scaled as if there were none."""

from __future__ import annotations

import numpy as np
import pytest

from vitals.foresight.simulate.demand import REACTIVE_TARGET
from vitals.foresight.simulate.failures import STALE_MIN, suite, without_stale
from vitals.foresight.simulate.lead import within_budget
from vitals.foresight.simulate.plan import FULLER, PodPlan, trusted

from .loads import DAY, load


@pytest.mark.nightly
def test_no_failure_makes_it_worse_than_reacting() -> None:
    """At most 2 % more violating minutes in every scenario, and 5 % more pods with what may be spent ahead."""
    found = list(suite(load(3, burst_every=120), 1, lambda _: None))

    assert len(found) == 9
    for one in found:
        assert one.ours.violating_minutes <= 1.02 * one.reactive.violating_minutes, one.name
        assert one.ours.pod_hours <= 1.07 * one.reactive.pod_hours, one.name  # three days: a guard spends ahead


def test_a_forecast_that_is_wrong_is_cut_off_when_its_budget_is_spent() -> None:
    """Asking for double the pods all day costs no more than the budget, and the hours that may be spent ahead."""
    own = np.full(4 * 1440, 10.0)
    asked = within_budget(2 * own, own)

    assert asked[0] == 20
    assert np.maximum(asked - own, 0.0).mean() <= 0.06 * 10
    np.testing.assert_array_equal(within_budget(own * 0, own), own * 0)


def test_a_stale_forecast_asks_for_nothing_and_the_reactive_target_is_back() -> None:
    """Its last word counts for five minutes, and again from the minute in which it is back."""
    silent = np.zeros(30, dtype=bool)
    silent[10:25] = True
    found = without_stale(PodPlan(np.arange(1.0, 31.0), np.full(30, 0.8)), silent=silent)

    assert found.floors[9] == 10
    assert found.floors[10 : 9 + STALE_MIN].tolist() == [10.0] * (STALE_MIN - 1)
    assert not found.floors[9 + STALE_MIN : 25].any()
    assert (found.targets[9 + STALE_MIN : 25] == REACTIVE_TARGET).all()
    assert (found.floors[25], found.targets[25]) == (26, 0.8)


def test_a_plan_that_leaves_pods_short_is_not_trusted() -> None:
    """One that asks for too little while bursts go on is off within hours; one that asks for enough stays on."""
    rate = load(1.5, burst_every=60)
    targets = np.full_like(rate, REACTIVE_TARGET + FULLER)
    never = trusted(PodPlan(np.zeros_like(rate), np.full_like(rate, 2.0)), rate, rate)
    enough = trusted(PodPlan(np.ceil(rate.max() / 35 * np.ones_like(rate)), targets), rate, rate, budget=10.0)

    assert (never.targets[DAY // 2 :] == REACTIVE_TARGET).mean() > 0.9
    assert enough.floors.min() > 0
    np.testing.assert_array_equal(enough.targets, targets)
