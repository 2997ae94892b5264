"""A past that answers as Prometheus does over a range, from arrays, and can be gone for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from vitals.foresight.series import FloatArray
from vitals.foresight.service.history import STEP_S
from vitals.foresight.service.prometheus import Answered, AskingError
from vitals.rendered import WatchedEntry

START = 1_767_225_600.0
"""Midnight of a Thursday; a row per minute from there."""
DAY_ROWS = 1440


def entry(name: str = "api.latency.p95", *, kind: str = "latency", limit: float | None = None) -> WatchedEntry:
    """A question whose query is its name."""
    return WatchedEntry.model_validate(
        {
            "service": "shop",
            "name": name,
            "type": "latency",
            "kind": kind,
            "query": name,
            "labels": {"service": "shop"},
            "judged": True,
            "horizons": {"3m": 180},
            "limit": limit,
        }
    )


def minutes(count: int) -> FloatArray:
    """Times of so many rows."""
    return np.asarray(START + STEP_S * np.arange(count), dtype=np.float64)


def day_after_day(count: int, seed: int = 7) -> FloatArray:
    """A daily wave with noise."""
    noise = np.random.default_rng(seed).normal(0.0, 1.0, count)
    wave = 50.0 + 20.0 * np.sin(2 * np.pi * np.arange(count) / DAY_ROWS)
    return np.asarray(wave + noise, dtype=np.float64)


@dataclass
class RecordedSource:
    """Series by query and by their labels' text; ``gone`` makes it refuse, ``keeps_from`` forgets what is older."""

    series: Mapping[str, Mapping[str, tuple[FloatArray, FloatArray]]]
    gone: bool = False
    keeps_from: float = 0.0
    asked: list[tuple[str, float, float]] = field(default_factory=list)

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """A row per minute of each series, from ``start`` to ``end``."""
        if self.gone:
            raise AskingError("ConnectError: all connections failed")
        self.asked.append((query, start, end))
        found = []
        for label, (times, values) in self.series[query].items():
            kept = (times >= max(start, self.keeps_from)) & (times <= end)
            if kept.any():
                labels = {"__name__": "recorded", "service": "shop", **({"queue": label} if label else {})}
                found.append(Answered(labels, times[kept], values[kept]))
        return found
