"""Pods that come and go while requests arrive: many clusters at once, each with its own policy and luck, by steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitals.foresight.simulate.queueing import SERVICE_S, WORKERS
from vitals.foresight.simulate.scaler import LEAST_PODS, SYNC_S, Stabilised, for_average, for_utilisation
from vitals.foresight.simulate.trace import Floats

Steps = npt.NDArray[np.float32]
Slots = npt.NDArray[np.int8]
STEPS_PER_MINUTE = 60 // SYNC_S
PER_POD = WORKERS / SERVICE_S
"""Requests per second that a pod can serve."""
RATE_STEPS = 4
"""Steps that a rate is measured over: a minute, four scrapes."""
LAG_STEPS = 1
"""Steps until a scrape has reached the autoscaler: half a scrape, a rule evaluation and a query."""
NODE_PODS = 10
"""Pods that fit a node."""
NODE_STEPS = 8
"""Steps until a node is there: two minutes, in the middle of what clouds take."""
_PATIENCE_S = 10.0
"""A request waits no longer than this for a worker; then its client has given up."""


@dataclass(frozen=True)
class PolicyInputs:
    """What the policies of many clusters are, one column each; a target of infinity switches a trigger off.

    All but ``fixed`` are of shape (minutes, columns) and read a step into the minute, because that long data take to
    arrive.

    Attributes:
        cpu_target: Utilisation of the CPU trigger.
        rps_target: Requests per second and pod of the RPS trigger.
        floors: Pods that a schedule or forecast asks for.
        fixed: Whether a column has exactly its floor, without an autoscaler.
    """

    cpu_target: Floats
    rps_target: Floats
    floors: Floats
    fixed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """What happened, of shape (steps, columns) each.

    Attributes:
        arrivals: Requests in the step.
        ready: Pods that served.
        backlog_s: Seconds of work ahead of a request, because workers did not suffice.
        pods: Pods that are paid for.
        actions: Whether their number was changed.
    """

    arrivals: Steps
    ready: Steps
    backlog_s: Steps
    pods: Steps
    actions: Steps


def run(
    arrivals: Steps, policies: PolicyInputs, ready_steps: Slots, capacity: Floats, *, start_pods: Floats, most: float
) -> Course:
    """Let time pass.

    Args:
        arrivals: Requests by step, of shape (steps, columns).
        policies: By column.
        ready_steps: Steps from a pod's start until it is ready, of the same shape as arrivals.
        capacity: What a pod can serve relative to ``PER_POD``, by step: a deploy changes it.
        start_pods: Pods that are ready at the beginning.
        most: Pods that are never exceeded.
    """
    steps, width = arrivals.shape
    latest = int(ready_steps.max()) + NODE_STEPS + 1
    coming = np.zeros((latest + 1, width))
    columns = np.arange(width)
    ready, backlog = start_pods.copy(), np.zeros(width)
    pods = ready.copy()
    totals = np.tile(pods, (NODE_STEPS, 1))
    stabilised = Stabilised(width)
    course = Course(arrivals, *(np.empty((steps, width), dtype=np.float32) for _ in range(4)))
    history = np.zeros((RATE_STEPS + LAG_STEPS, width, 2))
    history[...] = np.stack((arrivals[0], np.minimum(arrivals[0] / (ready * PER_POD * SYNC_S), 1.0)), axis=-1)
    for step in range(steps):
        slot = step % len(coming)
        ready = ready + coming[slot]
        coming[slot] = 0.0
        able = ready * (PER_POD * SYNC_S * capacity[step])
        work = backlog + arrivals[step]
        served = np.minimum(work, able)
        left = np.minimum(work - served, able * (_PATIENCE_S / SYNC_S))
        course.backlog_s[step] = (backlog + left) / 2 / able * SYNC_S
        course.ready[step], course.pods[step] = ready, pods
        backlog = left
        seen = history[:RATE_STEPS].mean(axis=0)
        history[:-1] = history[1:]
        history[-1, :, 0], history[-1, :, 1] = arrivals[step], served / able
        minute = max(step - 1, 0) // STEPS_PER_MINUTE
        asked = np.maximum(
            for_average(seen[:, 0] / SYNC_S, policies.rps_target[minute], pods),
            for_utilisation(seen[:, 1], policies.cpu_target[minute], ready, pods),
        )
        floor = policies.floors[minute]
        asked = np.maximum(asked, for_average(floor, np.ones(width), pods))
        wanted = np.where(policies.fixed, np.maximum(floor, LEAST_PODS), stabilised(asked, pods, most))
        course.actions[step] = wanted != pods
        more = np.maximum(wanted - pods, 0.0)
        if more.any():
            room = np.maximum(np.ceil(totals[step % NODE_STEPS] / NODE_PODS) * NODE_PODS + NODE_PODS - pods, 0.0)
            now = np.minimum(more, room)
            delay = ready_steps[step].astype(np.int64)
            coming[(step + delay) % len(coming), columns] += now
            coming[(step + delay + NODE_STEPS) % len(coming), columns] += more - now
        fewer = np.maximum(pods - wanted, 0.0)
        if fewer.any():
            ready = _remove(coming, ready, fewer)
        pods = wanted
        totals[step % NODE_STEPS] = pods
    return course


def _remove(coming: Floats, ready: Floats, fewer: Floats) -> Floats:
    """Take pods away, those first that are not ready yet, as a ReplicaSet does; an equal part of each step's."""
    waiting = coming.sum(axis=0)
    taken = np.minimum(waiting, fewer)
    coming *= np.where(waiting > 0, (waiting - taken) / np.maximum(waiting, 1.0), 1.0)
    return np.asarray(ready - (fewer - taken))
