"""What judging and forecasting a series costs: a row, a whole history, and a batch of many series on one core."""

from __future__ import annotations

import time

import pytest
from rich.console import Console

from tests.foresight.made import daily
from vitals.foresight.detect import detect
from vitals.foresight.forecast import forecast_at_lead

pytestmark = pytest.mark.bench

MOST_PER_ROW = 0.001
"""Seconds: a scrape interval of 15 s then has room for fifteen thousand series."""
MOST_PER_SERIES = 0.1
"""Seconds to learn a fortnight of five minutes from nothing."""
MOST_PER_BATCH = 60.0 / 10_000
"""Seconds for one of ten thousand series a minute, each with two days of five minutes to look back on."""


def seconds(call: object, times: int) -> float:
    """Processor time of one call, the median of several."""
    assert callable(call)
    taken = []
    for _ in range(times):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return sorted(taken)[times // 2]


def test_a_row_a_history_and_a_batch_stay_within_their_time() -> None:
    """One core, processor time."""
    minutes, fortnight, short = daily(14, 60), daily(14, 300), daily(2, 300)
    row = (seconds(lambda: detect(*minutes), 3) + seconds(lambda: forecast_at_lead(*minutes, 120.0), 3)) / len(
        minutes[0]
    )
    history = seconds(lambda: detect(*fortnight), 5)
    batch = seconds(lambda: detect(*short), 15)
    Console().print(
        f"{1000 * row:.3f} ms per row, {history:.3f} s per fortnight, {1000 * batch:.2f} ms per short series"
    )

    assert row < MOST_PER_ROW
    assert history < MOST_PER_SERIES
    assert batch < MOST_PER_BATCH
