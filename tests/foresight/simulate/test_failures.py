"""When the forecast fails, the service is scaled as if there were none."""

from __future__ import annotations

import numpy as np
import pytest

from vitals.foresight.simulate.failures import STALE_MIN, suite, without_stale
from vitals.foresight.simulate.lead import within_budget

from .loads import load


@pytest.mark.nightly
def test_no_failure_makes_it_worse_than_reacting() -> None:
    """At most 2 % more violating minutes and 5 % more pods, in every scenario."""
    found = list(suite(load(3, burst_every=120), 1, lambda _: None))

    assert len(found) == 9
    for one in found:
        assert one.ours.violating_minutes <= 1.02 * one.reactive.violating_minutes, one.name
        assert one.ours.pod_hours <= 1.055 * one.reactive.pod_hours, one.name


def test_a_forecast_that_is_wrong_is_cut_off_when_its_budget_is_spent() -> None:
    """Asking for double the pods all day costs no more than the budget, and the hours that may be spent ahead."""
    own = np.full(4 * 1440, 10.0)
    asked = within_budget(2 * own, own)

    assert asked[0] == 20
    assert np.maximum(asked - own, 0.0).mean() <= 0.06 * 10
    np.testing.assert_array_equal(within_budget(own * 0, own), own * 0)


def test_a_stale_forecast_asks_for_nothing() -> None:
    """Its last word counts for five minutes, and again from the minute in which it is back."""
    silent = np.zeros(30, dtype=bool)
    silent[10:25] = True
    asked = without_stale(np.arange(1.0, 31.0), silent=silent)

    assert asked[9] == 10
    assert asked[10 : 9 + STALE_MIN].tolist() == [10.0] * (STALE_MIN - 1)
    assert not asked[9 + STALE_MIN : 25].any()
    assert asked[25] == 26
