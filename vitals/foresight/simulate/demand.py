"""A trace as work for pods: scaled to a service of usual size, and back from work to pods."""

from __future__ import annotations

import numpy as np

from vitals.foresight.series import LARGEST
from vitals.foresight.simulate.cluster import PER_POD
from vitals.foresight.simulate.queueing import SERVICE_S, WORKERS, safe_erlangs
from vitals.foresight.simulate.scaler import TOLERANCE
from vitals.foresight.simulate.trace import Floats, Trace

REACTIVE_TARGET = 0.7
"""Utilisation that the reactive trigger aims at: the middle of what teams set, and what ours ships with."""
MEAN_PODS = 8.0
"""Pods that the mean of a trace needs at that target."""
MOST_NEEDED = 300.0
"""Pods that its highest minute may need: one short burst must not become a cluster larger than any."""


def rates(trace: Trace) -> Floats:
    """Requests per second by minute, scaled; all zero if the trace is."""
    mean, peak = float(trace.requests.mean()), float(trace.requests.max())
    if peak < 1 / LARGEST:  # squares and means of less are zero
        return np.zeros_like(trace.requests)
    pods = min(MEAN_PODS, MOST_NEEDED * mean / peak)
    return trace.requests * (pods * PER_POD * REACTIVE_TARGET / mean)


def at_target(rate: Floats, target: float) -> Floats:
    """Pods whose utilisation is the target."""
    return np.asarray(rate / (PER_POD * target))


def safe(rate: Floats) -> Floats:
    """Fewest pods whose p95 keeps the objective at a rate.

    No minute of a trace needs more than ``MOST_NEEDED`` pods, so a forecast of more is taken as one of so many.
    """
    erlangs = np.minimum(rate * SERVICE_S, MOST_NEEDED * WORKERS)
    table = safe_erlangs(int(2 * np.ceil(max(float(erlangs.max(initial=0.0)), 1.0))))
    return np.searchsorted(table, erlangs).astype(np.float64)


def beyond_tolerance(wanted: Floats, pods: Floats) -> Floats:
    """What to ask for so that an autoscaler acts: it ignores a need that is at most a tenth above what is there."""
    ignored = (wanted > pods) & (wanted <= pods * (1 + TOLERANCE))
    return np.where(ignored, np.floor(pods * (1 + TOLERANCE)) + 1, wanted)
