"""False alarms on series without an incident, by cadence and kind of series.

A scrape every ten seconds has thirty times as many rows as one every five minutes, so thirty times as many chances of a
false alarm for a method that judges row by row. The same kinds of series, simulated at each cadence with noise whose
memory is a time and not a number of rows, show whether the cadence matters. Nothing was chosen on these seeds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitals.foresight.bench.events import WEEK, episodes
from vitals.foresight.bench.inject import DAY, MONDAY, daily_wave, weekends
from vitals.foresight.causal import smoothed
from vitals.foresight.detect import detect
from vitals.foresight.series import FloatArray

CADENCES = (10.0, 60.0, 300.0)
DAYS = 14
SETTLED = 1.5 * DAY
"""Alarms before are not counted: a season is known when it came by once."""
SEEDS = range(4)
MEMORY = 1800.0
"""Seconds over which correlated noise is remembered."""
Series = Callable[[FloatArray, FloatArray, float, np.random.Generator], FloatArray]


def _correlated(wave: FloatArray, noise: FloatArray, cadence: float, _: np.random.Generator) -> FloatArray:
    share = cadence / MEMORY
    return np.asarray(100.0 * wave * np.exp(0.12 * smoothed(noise, share) * np.sqrt(2.0 / share - 1.0)))


def _bursts(wave: FloatArray, noise: FloatArray, cadence: float, random: np.random.Generator) -> FloatArray:
    begins = random.random(len(wave)) < cadence / (4 * 3600.0)
    sizes = np.convolve(begins * random.exponential(12.0, len(wave)), np.ones(max(1, round(180.0 / cadence))))
    return np.clip(15.0 * wave + noise + sizes[: len(wave)], 0.0, 100.0)


KINDS: dict[str, Series] = {
    "even noise": lambda wave, noise, _, __: 100.0 * wave * (1.0 + 0.04 * noise),
    "correlated noise": _correlated,
    "heavy tail": lambda wave, _, __, random: 40.0 * wave**0.3 * np.exp(0.1 * random.standard_t(3, len(wave))),
    "counts": lambda wave, _, __, random: random.poisson(8.0 * wave).astype(np.float64),
    "bursts": _bursts,
    "whole numbers": lambda wave, noise, _, __: np.round(3.0 * wave + 0.1 * noise),
}


def clean_series(kind: str, cadence: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Times and values of two weeks of a kind, from a Monday on."""
    random = np.random.default_rng([seed, list(KINDS).index(kind), int(cadence)])
    times: FloatArray = MONDAY + cadence * np.arange(round(DAYS * DAY / cadence), dtype=np.float64)
    wave = daily_wave(times, random) * weekends(times, 0.9)
    return times, np.asarray(KINDS[kind](wave, random.standard_normal(len(times)), cadence, random), dtype=np.float64)


def false_alarms(announce: Callable[[str], None]) -> dict[float, dict[str, float]]:
    """For each cadence, our false alarms per series and week by kind."""
    found = {}
    for cadence in CADENCES:
        announce(f"every {cadence:.0f} s")
        found[cadence] = {kind: _per_week(kind, cadence) for kind in KINDS}
    return found


def _per_week(kind: str, cadence: float) -> float:
    alarms, seconds = 0, 0.0
    for seed in SEEDS:
        times, values = clean_series(kind, cadence, seed)
        settled = times >= times[0] + SETTLED
        alarms += len(episodes(times, detect(times, values).anomaly & settled))
        seconds += float(times[-1] - times[0]) - SETTLED
    return alarms / seconds * WEEK
