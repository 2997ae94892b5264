"""What the autoscaler of Kubernetes asks for, for many clusters at once: its arithmetic, limits and memory.

Written from the documentation of HorizontalPodAutoscaler (autoscaling/v2) and KEDA, which hands its triggers to one.
"""

from __future__ import annotations

import numpy as np

from vitals.foresight.simulate.trace import Floats

SYNC_S = 15
"""How often the autoscaler decides; a step of the simulation."""
TOLERANCE = 0.1
"""A ratio of measured to wanted this close to 1 changes nothing."""
STABILISATION_S = 300
"""A scale-down goes no lower than what was asked for in this time."""
FASTEST_FACTOR, FASTEST_PODS = 2.0, 4.0
"""What a step may add: as many pods again, or four, whichever is more."""
LEAST_PODS = 2.0
"""Replicas that are always there: one may be restarted."""


def for_average(total: Floats, per_pod: Floats, pods: Floats) -> Floats:
    """Pods that an external metric of type AverageValue asks for: RPS triggers and forecasts are such ones.

    Args:
        total: The metric.
        per_pod: Its target.
        pods: Replicas that are there.
    """
    ratio = total / (per_pod * pods)
    return np.where(np.abs(ratio - 1) <= TOLERANCE, pods, np.ceil(total / per_pod - 1e-9))


def for_utilisation(used: Floats, target: Floats, ready: Floats, pods: Floats) -> Floats:
    """Pods that the CPU asks for, of type Utilization.

    Pods that are not ready count as idle when there is too much load, and a change that this turns around is not made.

    Args:
        used: Mean utilisation of ready pods.
        target: What it shall be.
        ready: Pods that are ready.
        pods: Replicas that are there, at least as many.
    """
    measured = used / target
    damped = measured * ready / pods
    ratio = np.where(measured > 1, np.maximum(damped, 1.0), measured)
    base = np.where(measured > 1, pods, ready)
    return np.where(np.abs(ratio - 1) <= TOLERANCE, pods, np.ceil(ratio * base - 1e-9))


class Stabilised:
    """The scale-down window and the speed limit of many autoscalers."""

    def __init__(self, width: int) -> None:
        self._asked = np.zeros((STABILISATION_S // SYNC_S, width))
        self._at = 0

    def __call__(self, asked: Floats, pods: Floats, most: float) -> Floats:
        """Pods that are set, given what the metrics ask for now."""
        self._asked[self._at] = asked
        self._at = (self._at + 1) % len(self._asked)
        recent = self._asked.max(axis=0)
        wanted = np.where(asked >= pods, asked, np.minimum(recent, pods))
        fastest = np.maximum(pods * FASTEST_FACTOR, pods + FASTEST_PODS)
        return np.minimum(np.maximum(np.minimum(wanted, fastest), LEAST_PODS), most)
