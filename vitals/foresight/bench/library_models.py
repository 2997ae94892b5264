"""Peers that other people's libraries compute: a forest, Prophet, and a small pretrained forecaster.

Each library is one of a dependency group and is loaded when its peer runs. None sees a row before it judges it: they
are fitted, or asked, with what was known at the begin of a stretch, and judge the rows of that stretch by it.
"""

from __future__ import annotations

import importlib
import logging

import numpy as np

from vitals.foresight.bench.scale import least_scale
from vitals.foresight.seasonal import DAY
from vitals.foresight.series import FloatArray

REFITTED_S = 3 * DAY
"""Seconds between two fits of Prophet: at one a minute, its users' default, a core bears some sixty series."""
LEARNT_S = 14 * DAY
LEARNT_ROWS = 1000
"""Prophet is given every so many rows of two weeks that these remain: a fit takes a third of a second then."""
CONTEXT_ROWS, ASKED_ROWS = 2048, 48
"""What the pretrained model looks back on, and ahead, by its own configuration."""
FEWEST_ROWS = 64
BATCH = 64
"""Stretches that the pretrained model is asked at once: more need a gigabyte."""
_LOW, _MIDDLE, _HIGH = 0, 4, 8
"""Places of the quantiles 0.1, 0.5 and 0.9 among its nine."""


def isolation_forest(times: FloatArray, values: FloatArray) -> FloatArray:
    """Scores of a forest that was grown on the first 15 % of the series, of the last eight values."""
    del times
    forest = importlib.import_module("sklearn.ensemble").IsolationForest(n_estimators=50, random_state=0)
    ahead = np.concatenate([np.full(7, values[0]), values])
    views = np.lib.stride_tricks.sliding_window_view(ahead, 8)
    grown = forest.fit(views[: max(32, int(0.15 * len(values)))])
    return np.asarray(-grown.score_samples(views), dtype=np.float64)


def prophet(times: FloatArray, values: FloatArray) -> FloatArray:
    """Error of a Prophet that is fitted every three days to two weeks, in the deviation of its errors there.

    Trend, daily and weekly season are its own defaults. Nothing is scored before two days are known.
    """
    library, frames = importlib.import_module("prophet"), importlib.import_module("pandas")
    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)  # it reports the begin and the end of each fit
    score = np.zeros(len(values))
    start = int(np.searchsorted(times, times[0] + 2 * DAY))
    while start < len(values):
        end = int(np.searchsorted(times, times[start] + REFITTED_S))
        first = int(np.searchsorted(times, times[start] - LEARNT_S))
        rows = slice(first, start, max(1, (start - first) // LEARNT_ROWS))
        if np.ptp(values[rows]) > 0:
            moments = frames.to_datetime(times[first:end], unit="s")
            model = library.Prophet(uncertainty_samples=0).fit(
                frames.DataFrame({"ds": moments[rows.start - first : rows.stop - first : rows.step], "y": values[rows]})
            )
            said = np.asarray(model.predict(frames.DataFrame({"ds": moments}))["yhat"], dtype=np.float64)
            errors = np.abs(values[first:end] - said)
            score[start:end] = errors[start - first :] / (_deviation(errors[: start - first]) + least_scale(values))
        start = end
    return score


def fracast(times: FloatArray, values: FloatArray) -> FloatArray:
    """Error of the median that Fracast-0 forecasts for the next 48 rows, in the distance of its outer quantiles.

    It has 85,001 weights, which its package brings along, and was trained on public collections; whether any of the
    series here was among them is not known, so its numbers are an upper bound.
    """
    del times
    model = importlib.import_module("fracast.inference").FracastModel.from_pretrained(weights="fp32")
    score = np.zeros(len(values))
    starts = [start for start in range(0, len(values), ASKED_ROWS) if start >= FEWEST_ROWS]
    scale = least_scale(values)
    for batch in range(0, len(starts), BATCH):
        chosen = starts[batch : batch + BATCH]
        context = np.full((len(chosen), CONTEXT_ROWS), np.nan, dtype=np.float32)
        for row, start in enumerate(chosen):
            known = values[max(0, start - CONTEXT_ROWS) : start]
            context[row, CONTEXT_ROWS - len(known) :] = known
        said = model.forecast_batch(context)
        for start, quantiles in zip(chosen, said, strict=True):
            actual = values[start : start + ASKED_ROWS]
            low, middle, high = (quantiles[: len(actual), place] for place in (_LOW, _MIDDLE, _HIGH))
            score[start : start + len(actual)] = np.abs(actual - middle) / (np.maximum(high - low, 0.0) + scale)
    return score


def _deviation(errors: FloatArray) -> float:
    return float(np.median(errors)) * 1.4826
