"""Incidents of known type in simulated signals, for the question which types a method sees at all.

Labelled collections say that something was wrong, not what. Here a fortnight of a request rate, seeded, with daily and
weekly seasons and scatter, gets one incident of one type in its second week. It is simulated, so it compares methods;
it does not say how often a real incident is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from vitals.foresight.series import FloatArray

DAY = 86400.0
MONDAY = 1_704_067_200.0
CADENCE = 300.0
DAYS = 14
SEEDS = 6
Change = Callable[[FloatArray, np.random.Generator], FloatArray]


@dataclass(frozen=True, slots=True)
class Incident:
    """A type of incident.

    Attributes:
        rows: How long it lasts.
        change: Turns the rows into what they are during it.
    """

    rows: int
    change: Change


INCIDENTS: dict[str, Incident] = {
    "spike (x2, 15 min)": Incident(3, lambda rows, _: rows * 2.0),
    "drop to zero (30 min)": Incident(6, lambda rows, _: rows * 0.0),
    "level +50 % (6 h)": Incident(72, lambda rows, _: rows * 1.5),
    "level -50 % (6 h)": Incident(72, lambda rows, _: rows * 0.5),
    "level +30 % (6 h)": Incident(72, lambda rows, _: rows * 1.3),
    "ramp (10 % per hour, 6 h)": Incident(72, lambda rows, _: rows * np.linspace(1.0, 1.6, len(rows))),
    "scatter x3 (6 h)": Incident(72, lambda rows, random: rows * (1.0 + 0.15 * random.standard_normal(len(rows)))),
    "stuck value (6 h)": Incident(72, lambda rows, _: np.full(len(rows), rows[0])),
    "pattern 3 h late (12 h)": Incident(144, lambda rows, _: np.concatenate([np.full(36, rows[0]), rows[:-36]])),
}


def daily_wave(times: FloatArray, random: np.random.Generator) -> FloatArray:
    """The rise and fall of a day around 1, with a peak at a time of its own."""
    day = 2 * np.pi * ((times % DAY) / DAY - random.random())
    return 1.0 + 0.4 * np.sin(day) + 0.1 * np.sin(2 * day)


def weekends(times: FloatArray, share: float) -> FloatArray:
    """What traffic is multiplied by: a share of it on Saturdays and Sundays, 1 on other days."""
    return np.where(np.floor((times - MONDAY) / DAY) % 7 >= 5, share, 1.0)  # noqa: PLR2004 - Saturday


def signal(seed: int) -> tuple[FloatArray, FloatArray]:
    """A fortnight of requests per second from a Monday on, without an incident."""
    random = np.random.default_rng(seed)
    times: FloatArray = MONDAY + CADENCE * np.arange(round(DAYS * DAY / CADENCE), dtype=np.float64)
    wave = daily_wave(times, random)
    drift = np.cumsum(random.standard_normal(len(times))) * 0.001
    values = 100.0 * wave * weekends(times, 0.8) * (1.0 + drift + 0.05 * random.standard_normal(len(times)))
    return times, np.asarray(values, dtype=np.float64)


def with_incidents() -> Iterator[tuple[str, FloatArray, FloatArray, tuple[float, float]]]:
    """Each type in each signal: its name, times, values, and begin and end of the incident."""
    for number, (name, incident) in enumerate(INCIDENTS.items()):
        for seed in range(SEEDS):
            times, values = signal(seed)
            random = np.random.default_rng([seed, number])
            start = int(random.integers(8 * 288, 13 * 288))
            values[start : start + incident.rows] = incident.change(values[start : start + incident.rows], random)
            yield name, times, values, (float(times[start]), float(times[start + incident.rows]))
