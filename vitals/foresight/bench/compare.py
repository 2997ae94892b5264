"""One run of every method over the same series: thresholds from one part, counts on the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.bench.data import LabelledSeries
from vitals.foresight.bench.events import EventCount, count_events
from vitals.foresight.bench.peers import PEERS, Scorer, available
from vitals.foresight.bench.volume import vus_pr
from vitals.foresight.cadence import stretches
from vitals.foresight.detect import detect
from vitals.foresight.episodes import page_candidates
from vitals.foresight.reference import MARGIN
from vitals.foresight.series import FloatArray

OURS = "vitals"
Alarms = Callable[[FloatArray, FloatArray], NDArray[np.bool_]]
MOST_FALSE_ALARMS = 0.75
"""False alarms per series and week that a threshold may cost on the part it is chosen on: what we allow ourselves."""
CANDIDATES = np.array([0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99998, 1.0])
"""Shares of all rows of the tuned part below a threshold that is tried."""
BUFFER = 100
"""Rows of the longest buffer of VUS-PR: about what the published benchmark takes from a series without a period."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method did.

    Attributes:
        name: Of the method.
        tuned: Counts on the part that thresholds were chosen on.
        scored: Counts on the other part.
        by_group: Counts by folder.
        vus: Mean VUS-PR over the labelled series of the scored part; NaN where there is none.
        seconds: Processor time of one pass over the scored part.
    """

    name: str
    tuned: EventCount
    scored: EventCount
    by_group: dict[str, EventCount]
    vus: float
    seconds: float


@dataclass(frozen=True, slots=True)
class JudgedSeries:
    """A series with what a method made of it.

    Attributes:
        series: The series.
        score: Per row.
        alarms: Whether each row is an alarm.
    """

    series: LabelledSeries
    score: FloatArray
    alarms: NDArray[np.bool_]


def compare(
    series: Sequence[LabelledSeries], announce: Callable[[str], None], peers: Mapping[str, Scorer] = PEERS
) -> list[MethodResult]:
    """Run ours and every peer that can run here; each judges a series once."""
    found = [_ours(series)]
    for name, scorer in peers.items():
        if not available(name):
            announce(f"{name}: left out, its library is not installed")
            continue
        announce(name)
        found.append(_peer(name, series, scorer))
    return found


def _ours(series: Sequence[LabelledSeries]) -> MethodResult:
    judged, seconds = [], 0.0
    for one in series:
        begun = time.process_time()
        found = detect(one.times, one.values)
        seconds += 0.0 if one.tuned_on else time.process_time() - begun
        judged.append(JudgedSeries(one, found.score, found.anomaly))
    return _result(OURS, judged, seconds)


def _peer(name: str, series: Sequence[LabelledSeries], scorer: Scorer) -> MethodResult:
    scores, seconds = [], 0.0
    for one in series:
        begun = time.process_time()
        scores.append(scorer(one.times, one.values))
        seconds += 0.0 if one.tuned_on else time.process_time() - begun
    scored = list(zip(series, scores, strict=True))
    threshold = tuned_threshold([(one, score) for one, score in scored if one.tuned_on])
    return _result(
        name, [JudgedSeries(one, score, paged(one.times, score, threshold)) for one, score in scored], seconds
    )


def at_threshold(scorer: Scorer, threshold: float) -> Alarms:
    """A peer's alarms at a threshold."""
    return lambda times, values: paged(times, scorer(times, values), threshold)


def paged(times: FloatArray, score: FloatArray, threshold: float) -> NDArray[np.bool_]:
    """Turn a peer's score into alarms through the pager that ours goes through."""
    cadence = np.concatenate([np.full(end - start, step) for start, end, step in stretches(times)])
    return page_candidates(times, score * (MARGIN / threshold), cadence)


def tuned_threshold(scored: Sequence[tuple[LabelledSeries, FloatArray]]) -> float:
    """Choose the threshold with the best F1 among those with few enough false alarms; infinite where none has."""
    rows = np.concatenate([score for _, score in scored]) if scored else np.zeros(1)
    best, chosen = 0.0, float("inf")
    for threshold in np.unique(np.quantile(rows, CANDIDATES)):
        if threshold <= 0:
            continue
        count = EventCount()
        for one, score in scored:
            count += count_events(one.times, paged(one.times, score, float(threshold)), one.windows)
        if count.false_per_week <= MOST_FALSE_ALARMS and count.f1 > best:
            best, chosen = count.f1, float(threshold)
    return chosen


def our_alarms(times: FloatArray, values: FloatArray) -> NDArray[np.bool_]:
    """The column ``anomaly``."""
    return detect(times, values).anomaly


def our_score(times: FloatArray, values: FloatArray) -> FloatArray:
    """The column ``score``."""
    return detect(times, values).score


def _result(name: str, judged: Sequence[JudgedSeries], seconds: float) -> MethodResult:
    by_group: dict[str, EventCount] = {}
    volumes = []
    for found in judged:
        one = found.series
        count = count_events(one.times, found.alarms, one.windows)
        by_group[one.group] = by_group.get(one.group, EventCount()) + count
        if one.windows and not one.tuned_on:
            inside = np.zeros(len(one.times), dtype=np.bool_)
            for begin, end in one.windows:
                inside |= (one.times >= begin) & (one.times <= end)
            volumes.append(vus_pr(found.score, inside, BUFFER))
    tuned_groups = {found.series.group for found in judged if found.series.tuned_on}
    tuned = sum((count for group, count in by_group.items() if group in tuned_groups), EventCount())
    scored = sum((count for group, count in by_group.items() if group not in tuned_groups), EventCount())
    volume = float(np.nanmean(volumes)) if volumes else float("nan")
    return MethodResult(name, tuned, scored, by_group, volume, seconds)
