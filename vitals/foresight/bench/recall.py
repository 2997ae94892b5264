"""Which types of incident each method sees, all at the same few false alarms on clean signals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitals.foresight.bench.compare import OURS, Alarms, at_threshold, our_alarms, paged
from vitals.foresight.bench.events import WEEK, EventCount, count_events, episodes
from vitals.foresight.bench.inject import DAY, INCIDENTS, SEEDS, signal, with_incidents
from vitals.foresight.bench.peers import PEERS, Scorer, available

CLEAN_SEEDS = range(100, 106)
"""Signals that thresholds are set on; none of them gets an incident."""
FALSE_ALARMS = 0.5
"""False alarms per series and week at which types are compared."""
AFTERWARDS = 1800.0
"""An alarm counts for an incident up to half an hour after its end: a stuck value is news only when it is over."""
FIRST_WEEK = 7 * DAY
SHARES = np.linspace(0.99, 1.0, 41)


def recall_by_type(announce: Callable[[str], None]) -> dict[str, tuple[dict[str, float], float]]:
    """For each method, the share of incidents of each type that it found, and its false alarms per week."""
    cases = list(with_incidents())
    found = {}
    for name, alarms in _methods():
        announce(name)
        hits, total = dict.fromkeys(INCIDENTS, 0), EventCount()
        for incident, times, values, (begin, end) in cases:
            skip = int(np.searchsorted(times, times[0] + FIRST_WEEK))
            count = count_events(times, alarms(times, values), [(begin, end + AFTERWARDS)], skip=skip)
            hits[incident] += count.hits
            total += count
        found[name] = ({incident: number / SEEDS for incident, number in hits.items()}, total.false_per_week)
    return found


def _methods() -> list[tuple[str, Alarms]]:
    peers = [(name, scorer) for name, scorer in PEERS.items() if available(name)]
    return [(OURS, our_alarms), *((name, at_threshold(scorer, _quiet_threshold(scorer))) for name, scorer in peers)]


def _quiet_threshold(scorer: Scorer) -> float:
    """The least threshold with few enough alarms on clean signals."""
    clean = [signal(seed) for seed in CLEAN_SEEDS]
    scores = [scorer(times, values) for times, values in clean]
    weeks = sum(times[-1] - times[0] - FIRST_WEEK for times, _ in clean) / WEEK
    for threshold in np.unique(np.quantile(np.concatenate(scores), SHARES)):
        alarms = 0
        for (times, _), score in zip(clean, scores, strict=True):
            late = times >= times[0] + FIRST_WEEK
            alarms += (
                len(episodes(times, paged(times, score, float(threshold)) & late)) if threshold > 0 else len(times)
            )
        if alarms / weeks <= FALSE_ALARMS:
            return float(threshold)
    return float("inf")
