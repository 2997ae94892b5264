"""Forecasts of request traces at the lead times of a pod, beside the naive ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitals.foresight.bench.losses import quantile_loss
from vitals.foresight.forecast import forecast_at_lead
from vitals.foresight.seasonal import DAY
from vitals.foresight.series import FloatArray

LEADS = (60.0, 120.0, 300.0)
"""Seconds from a decision to a ready pod: scrape, metric, scaler and start take one to five minutes."""
MINUTE = 60.0
UPPER, MIDDLE = 0.9, 0.5


@dataclass(frozen=True, slots=True)
class DemandResult:
    """One trace at one lead.

    Attributes:
        trace: Its name.
        lead: Seconds.
        upper_ratio: Loss of the 90 % quantile over that of the same minute yesterday.
        middle_ratio: Loss of the median over that of the same minute yesterday.
        last_ratio: Loss of the 90 % quantile over that of the last value.
        coverage: Share of the values at or below the 90 % quantile.
    """

    trace: str
    lead: float
    upper_ratio: float
    middle_ratio: float
    last_ratio: float
    coverage: float


def demand_results(traces: dict[str, FloatArray]) -> list[DemandResult]:
    """Forecast every trace at every lead; the first two days are not counted."""
    return [_result(name, values, lead) for name, values in traces.items() for lead in LEADS]


def _result(name: str, values: FloatArray, lead: float) -> DemandResult:
    times: FloatArray = MINUTE * np.arange(len(values), dtype=np.float64)
    made = forecast_at_lead(times, values, lead, (MIDDLE, UPPER))
    ahead, day = round(lead / MINUTE), round(DAY / MINUTE)
    rows = np.arange(2 * day, len(values) - ahead)
    truth, yesterday, last = values[rows + ahead], values[rows + ahead - day], values[rows]
    return DemandResult(
        trace=name,
        lead=lead,
        upper_ratio=quantile_loss(truth, made[rows, 1], UPPER) / quantile_loss(truth, yesterday, UPPER),
        middle_ratio=quantile_loss(truth, made[rows, 0], MIDDLE) / quantile_loss(truth, yesterday, MIDDLE),
        last_ratio=quantile_loss(truth, made[rows, 1], UPPER) / quantile_loss(truth, last, UPPER),
        coverage=float((truth <= made[rows, 1]).mean()),
    )
