"""The rules of Grafana's anomaly detection as the bench computes them, beside a real Prometheus on the same samples.

Its records become subqueries of a row's length, so the whole set is one expression for each band; nothing else of what
it publishes is needed. What the two say of a row must be the same number.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.foresight.made import daily
from tests.local.stack.one_prometheus import prometheus_on
from vitals.foresight.bench.published_rules import adaptive_bands, robust_bands
from vitals.foresight.series import FloatArray
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.tools import find

pytestmark = pytest.mark.bench

CADENCE, DAYS = 300, 9
LOOKED_AT = 288
"""Rows that are compared: the ninth day, of which a week ago is known."""
SPIKES = (-LOOKED_AT + 60, -2 * LOOKED_AT + 200)
"""One in that day and one in the day before: without them the deviation of no hour would count."""
MIDDLE, SCATTER = "avg_over_time(x[1h])", "stddev_over_time(x[1h])"
USUAL = f"avg_over_time(({SCATTER} > 0.5 * {MIDDLE})[26h:5m])"
DAY, HOUR = "quantile_over_time(0.5, x[1d])", "quantile_over_time(0.5, x[1h])"
BANDS = {
    "adaptive": (
        [f"{MIDDLE} + 2 * {USUAL}", f"1.5 * {MIDDLE}"],
        [f"({MIDDLE} + 2 * {SCATTER}) offset {ago}" for ago in ("23h30m", "167h30m")],
    ),
    "robust": (
        [f"{DAY} + 2 * quantile_over_time(0.5, abs(x - {DAY})[1d:5m])", f"1.5 * {DAY}"],
        [
            f"({HOUR} + 2 * quantile_over_time(0.5, abs(x - {HOUR})[1h:5m])) offset {ago}"
            for ago in ("23h45m", "167h45m")
        ],
    ),
}
"""Terms whose maximum is the upper band: of now, and of a day and a week ago. A row may lack some of them."""


def _lines(times: FloatArray, values: FloatArray) -> Iterator[str]:
    yield "# TYPE x gauge\n"
    yield from (f"x {value!r} {moment:.0f}\n" for moment, value in zip(times.tolist(), values.tolist(), strict=True))
    yield "# EOF\n"


def _offset(term: str) -> str:
    """Prometheus takes an offset at each selector and subquery, not around an expression."""
    inner, ago = term.rsplit(") offset ", 1)
    for window in ("[1h:5m]", "x[1h]"):
        inner = inner.replace(window, f"{window} offset {ago}")
    return inner.removeprefix("(").replace(f"abs(x - quantile_over_time(0.5, x[1h] offset {ago}))", f"abs(x - {HOUR})")


def _at(times: FloatArray, result: list[dict[str, list[tuple[float, str]]]]) -> FloatArray:
    """The values of the one series that was found, NaN where it has none."""
    said = {float(moment): float(value) for one in result for moment, value in one["values"]}
    return np.array([said.get(moment, np.nan) for moment in times.tolist()])


def test_the_upper_bands_are_those_of_a_real_prometheus(tmp_path: Path) -> None:
    """A day of a series with a season, noise and spikes, of which every term says something."""
    folder = RunFolder(tmp_path / "run")
    folder.clear()
    _, values = daily(DAYS, CADENCE)
    for spike in SPIKES:
        values[spike : spike + 6] *= 4.0
    end = int(time.time()) // CADENCE * CADENCE
    times = np.asarray(end - CADENCE * np.arange(len(values) - 1, -1, -1), dtype=np.float64)

    async def asked() -> dict[str, FloatArray]:
        await create_blocks(find("promtool"), _lines(times, values), folder.samples)
        found = {}
        async with prometheus_on(folder, past_s=DAYS * 86400) as api:
            for name, (now, then) in BANDS.items():
                rows = []
                for term in (*now, *(_offset(one) for one in then)):
                    data = await api.get(
                        "query_range", query=term, start=f"{times[-LOOKED_AT]:.0f}", end=f"{end}", step=f"{CADENCE}"
                    )
                    rows.append(_at(times[-LOOKED_AT:], data["result"]))
                assert not any(np.isnan(row).all() for row in rows), name
                found[name] = np.nanmax(rows, axis=0)
        return found

    real = asyncio.run(asked())
    assert real.keys() == BANDS.keys()
    ours = {"adaptive": adaptive_bands(times, values)[2], "robust": robust_bands(times, values)[2]}
    for name, band in ours.items():
        apart = np.abs(real[name] - band[-LOOKED_AT:]) / real[name]
        Console().print(f"{name}: at most {apart.max():.2%} apart, {(apart < 0.001).mean():.1%} of the rows the same")
        assert apart.max() < 0.02
        assert (apart < 0.001).mean() > 0.9
