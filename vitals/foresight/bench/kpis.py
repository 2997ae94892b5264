"""How well scores rank the anomalies of simulated web-service KPIs, by kind of series.

Each kind is three weeks of five minutes with a season and a trait that real KPIs have, and short labelled anomalies:
spikes, dips, shifts, stuck values. The score alone is judged, by VUS-PR; nothing is alarmed, and every peer's score
fades as ours does. It is simulated, so it compares methods; it does not say what a real collection gives.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.bench.compare import BUFFER, OURS, our_score
from vitals.foresight.bench.inject import CADENCE, DAY, MONDAY, weekends
from vitals.foresight.bench.peers import PEERS, Scorer, available
from vitals.foresight.bench.volume import vus_pr
from vitals.foresight.causal import smoothed
from vitals.foresight.score import HALF_LIFE_ROWS, faded
from vitals.foresight.series import FloatArray

DAYS = 21
ROWS = round(DAYS * DAY / CADENCE)
SERIES = range(4)
"""Seeds of each kind."""
FIRST = 0.2
"""The first fifth has no anomaly, so that a method can learn what is usual."""
ANOMALIES = 12
"""Per series: with their lengths about 2 % of the rows, within the 0.5 to 5 % that public KPI collections have."""
Trait = Callable[[FloatArray, np.random.Generator], FloatArray]


def _tail(wave: FloatArray, random: np.random.Generator) -> FloatArray:
    return 40.0 * wave**0.3 * np.exp(0.15 * random.standard_t(3, ROWS))


def _jobs(wave: FloatArray, random: np.random.Generator) -> FloatArray:
    values = 100.0 * wave * (1.0 + 0.05 * random.standard_normal(ROWS))
    for night in range(DAYS):
        start = night * 288 + 24 + int(random.integers(-3, 4))
        values[start : start + 5] *= 2.0
    return values


def _correlated(wave: FloatArray, random: np.random.Generator) -> FloatArray:
    noise = random.standard_normal(ROWS)
    return 100.0 * wave * (1.0 + 0.15 * smoothed(noise, 0.1) + 0.02 * noise)


def _unlabelled(wave: FloatArray, random: np.random.Generator) -> FloatArray:
    single = (random.random(ROWS) < 1 / 250) * random.uniform(0.15, 0.4, ROWS)
    return 100.0 * wave * (1.0 + 0.05 * random.standard_normal(ROWS) + single)


KINDS: dict[str, Trait] = {
    "even noise": lambda wave, random: 100.0 * wave * (1.0 + 0.03 * random.standard_normal(ROWS)),
    "counts": lambda wave, random: random.poisson(25.0 * wave).astype(np.float64),
    "heavy tail": _tail,
    "nightly job": _jobs,
    "correlated noise": _correlated,
    "noise at peak": lambda wave, random: 100.0 * wave + 12.0 * wave**2 * random.standard_t(5, ROWS),
    "unlabelled spikes": _unlabelled,
    "no season": lambda wave, random: (
        50.0 + 60.0 * smoothed(random.standard_normal(ROWS), 0.01) + 0.1 * _tail(wave, random)
    ),
}


def simulated_kpi(kind: str, seed: int) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Times, values and labels of a series of a kind, each of shape (ROWS,)."""
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    times: FloatArray = MONDAY + CADENCE * np.arange(ROWS, dtype=np.float64)
    day = 2 * np.pi * ((times % DAY) / DAY - random.random())
    wave = (1.0 + 0.45 * np.sin(day) + 0.15 * np.sin(2 * day)) * weekends(times, 0.75)
    values = np.maximum(KINDS[kind](wave, random), 0.0)
    labels = np.zeros(ROWS, dtype=np.bool_)
    usual = float(np.median(np.abs(np.diff(values))))
    for start in np.sort(random.choice(np.arange(int(FIRST * ROWS), ROWS - 60, 60), ANOMALIES, replace=False)):
        rows = slice(int(start), int(start) + int(random.choice([1, 2, 3, 8, 20, 36])))
        length, size = rows.stop - rows.start, usual * random.uniform(4.0, 20.0) * random.choice([-1.0, 1.0])
        stuck = np.full(length, values[rows.start] + size)
        values[rows] = np.maximum(stuck if random.random() < 0.2 else values[rows] + size, 0.0)  # noqa: PLR2004 - a fifth
        labels[rows] = True
    return times, values, labels


def _fading(scorer: Scorer) -> Scorer:
    return lambda times, values: faded(np.maximum(scorer(times, values), 0.0), HALF_LIFE_ROWS)


def ranking_by_kind(announce: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """For each method, the mean VUS-PR over the series of each kind."""
    scorers = {OURS: our_score, **{name: _fading(scorer) for name, scorer in PEERS.items() if available(name)}}
    cases = {kind: [simulated_kpi(kind, seed) for seed in SERIES] for kind in KINDS}
    found = {}
    for name, scorer in scorers.items():
        announce(name)
        found[name] = {
            kind: float(np.mean([vus_pr(scorer(times, values), labels, BUFFER) for times, values, labels in series]))
            for kind, series in cases.items()
        }
    return found
