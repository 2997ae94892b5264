"""A forecast knows only its past, keeps the share that it promises, and is better than repeating it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.foresight.made import DAY, MONDAY, clock, daily
from vitals.errors import VitalsError
from vitals.foresight.bench.losses import quantile_loss
from vitals.foresight.forecast import forecast_at_lead, forecast_path
from vitals.foresight.series import FloatArray


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(0.0), min_size=2, max_size=300),
    lead=st.sampled_from([30.0, 60.0, 300.0, 7200.0]),
    data=st.data(),
)
def test_a_forecast_does_not_change_when_later_rows_are_cut_off(
    values: list[float], lead: float, data: st.DataObject
) -> None:
    """Bit for bit."""
    times: FloatArray = MONDAY + 60.0 * np.arange(len(values), dtype=np.float64)
    series = np.array(values)
    cut = data.draw(st.integers(1, len(values)))

    whole = forecast_at_lead(times, series, lead)

    assert np.array_equal(whole[:cut], forecast_at_lead(times[:cut], series[:cut], lead))
    assert np.isfinite(whole).all()
    assert (np.diff(whole, axis=1) >= 0).all()


@pytest.mark.parametrize("lead", [60.0, 180.0])
def test_quantiles_hold_and_the_loss_is_below_the_seasonal_naive(lead: float) -> None:
    """A week of minutes, of which the last five days count."""
    times, values = daily(7, 60)
    made = forecast_at_lead(times, values, lead)
    ahead = round(lead / 60)
    rows = np.arange(2 * 1440, len(times) - ahead)
    truth, naive = values[rows + ahead], values[rows + ahead - 1440]

    assert abs(float((truth <= made[rows, 2]).mean()) - 0.9) < 0.03
    assert abs(float((truth <= made[rows, 0]).mean()) - 0.1) < 0.03
    assert quantile_loss(truth, made[rows, 2], 0.9) < 0.75 * quantile_loss(truth, naive, 0.9)
    assert quantile_loss(truth, made[rows, 1], 0.5) < 0.8 * quantile_loss(truth, naive, 0.5)


def test_requests_are_never_forecast_below_zero() -> None:
    """Counts near zero."""
    times = clock(2, 60)
    values = np.random.default_rng(3).poisson(0.2, len(times)).astype(float)

    assert forecast_at_lead(times, values, 120.0).min() >= 0.0


@pytest.mark.parametrize("horizon", [60.0, 90.0, 3600.0, 86400.0])
def test_a_path_has_a_step_per_row_until_the_horizon(horizon: float) -> None:
    """And follows the season: a day ahead it is where it was a day ago."""
    times, values = daily(3, 60)
    steps, made = forecast_path(times, values, horizon)

    assert len(steps) == int(np.ceil(horizon / 60))
    assert steps[-1] - times[-1] >= horizon
    assert np.array_equal(np.diff(steps), np.full(len(steps) - 1, 60.0))
    assert made[-1, 1] == pytest.approx(values[len(values) - 1440 + len(steps) - 1], rel=0.3)
    assert (np.diff(made, axis=1) >= 0).all()


@pytest.mark.parametrize("rows", [1, 2, 16])
def test_a_few_rows_give_a_forecast(rows: int) -> None:
    """Near what they were."""
    times, values = daily(1, 60)
    steps, made = forecast_path(times[:rows], values[:rows], 120.0)

    assert len(steps) == 2
    assert np.isfinite(made).all()


def test_beyond_what_was_ever_forecast_a_path_is_as_wide_as_any_before() -> None:
    """Half an hour of rows knows nothing of the errors a day ahead, which are not none."""
    _, made = forecast_path(*daily(30 / 1440, 60), DAY)
    below, above = np.diff(made, axis=1).T

    assert below[-1] == pytest.approx(below[:20].max(), rel=0.1)
    assert above[-1] == pytest.approx(above[:20].max(), rel=0.1)


@pytest.mark.parametrize("size", [1e13, 1e100, 9e149])
def test_overflown_counters_leave_a_forecast_that_is_a_number(size: float) -> None:
    """Last week is the one candidate that did not err by it, and of the hours to come it has no row."""
    times = clock(9, 300)
    values = 100 + 50 * np.sin(2 * np.pi * (times % DAY) / DAY)
    values[432] = size
    kept = (times < MONDAY + DAY) | (times > MONDAY + 1.3 * DAY)

    assert np.isfinite(forecast_at_lead(times[kept], values[kept], 300.0)).all()


def test_a_horizon_beyond_all_use_is_refused() -> None:
    """It says how many steps that would be."""
    times, values = daily(1, 60)
    with pytest.raises(VitalsError, match="steps"):
        forecast_path(times, values, 1000 * 365 * DAY)


def test_a_job_at_every_full_hour_is_forecast_from_the_days_before() -> None:
    """Four minutes at three times the load: neither the last values nor a mean of minutes know when they begin."""
    times = clock(5, 60)
    random = np.random.default_rng(1)
    values = random.poisson(200.0 + 400.0 * (np.arange(len(times)) % 60 < 4)).astype(np.float64)
    rows = np.arange(3 * 1440, len(times) - 5)
    middle = forecast_at_lead(times, values, 300.0, (0.5,))[rows, 0]
    yesterday = values[rows + 5 - 1440]

    assert np.abs(values[rows + 5] - middle).mean() < 1.02 * np.abs(values[rows + 5] - yesterday).mean()
