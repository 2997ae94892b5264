"""The policy that stands for what is rendered: its numbers, and when it counts."""

from __future__ import annotations

import numpy as np

from tests.foresight.simulate.loads import DAY, load
from vitals.foresight.forecast import forecast_at_lead
from vitals.foresight.simulate import shipped
from vitals.foresight.simulate.demand import REACTIVE_TARGET, at_target
from vitals.kit.scaling import predicted
from vitals.model.promql import duration


def test_it_has_the_numbers_of_the_rendered_trigger() -> None:
    """Lead, quantile, how full pods may be, and the shares between which a forecast counts."""
    assert duration(predicted.LEAD) == shipped.LEAD_MIN * 60
    assert float(predicted.SHARE) == shipped.SHARE
    assert shipped.FULLER == predicted.FULLER
    assert shipped.RIGHT_ENOUGH == predicted.RIGHT_ENOUGH


def test_it_asks_for_the_forecast_a_minute_later_once_it_was_right() -> None:
    """Nothing in the first hour; later the 90 % quantile over what a pod shall serve, ten points fuller."""
    rate = load(1.5)
    asked = shipped.floors(rate, REACTIVE_TARGET)
    times = np.arange(0.0, 60.0 * len(rate), 60.0)
    said = forecast_at_lead(times, rate, 180.0, (0.9,))[:, 0]

    assert not asked[:60].any()
    assert asked[DAY:].all()
    np.testing.assert_allclose(asked[DAY:], at_target(said, REACTIVE_TARGET + shipped.FULLER)[DAY - 1 : -1])


def test_forecasts_that_promise_too_much_ask_for_nothing() -> None:
    """A load that never moves stays below every forecast, where one in ten should be above."""
    assert not shipped.floors(np.full(300, 100.0), REACTIVE_TARGET).any()
