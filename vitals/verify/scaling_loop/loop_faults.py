"""Faults of the loop itself: what scaling rests on goes away for a while, and the replicas must stay.

Each lasts longer than KEDA needs to notice, which is three readings. The HPA's stabilization window would hide a number
that is wrong for so short a time; what is proven here is that all parts together hold what was there.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import psutil

from vitals.local.stack.parts.prometheus import PROMETHEUS
from vitals.verify.cluster.parts import API_SERVER
from vitals.verify.cluster.state import ClusterState
from vitals.verify.scaling_loop.components import KEDA_OPERATOR
from vitals.verify.scaling_loop.loop import Loop

BLIND_S = 75.0
"""Five readings of a trigger at the shipped polling interval: after three of them KEDA falls back."""


@dataclass(frozen=True)
class LoopFault:
    """One fault.

    Attributes:
        name: Its name.
        means: What happens, for people.
        inject: Holds while its context is open, and is put right at its end.
        lasts_s: How long it is kept.
    """

    name: str
    means: str
    inject: Callable[[Loop], AbstractAsyncContextManager[None]]
    lasts_s: float


@contextlib.asynccontextmanager
async def _without_prometheus(loop: Loop) -> AsyncIterator[None]:
    await loop.parts.stop_part(PROMETHEUS)
    try:
        yield
    finally:
        await loop.parts.start_part(PROMETHEUS)


@contextlib.asynccontextmanager
async def _without_metric(loop: Loop) -> AsyncIterator[None]:
    loop.endpoints.scraped = False
    try:
        yield
    finally:
        loop.endpoints.scraped = True


@contextlib.asynccontextmanager
async def _without_keda(loop: Loop) -> AsyncIterator[None]:
    await loop.parts.stop_part(KEDA_OPERATOR)
    try:
        yield
    finally:
        await loop.parts.start_part(KEDA_OPERATOR)


@contextlib.asynccontextmanager
async def _new_api_server(loop: Loop) -> AsyncIterator[None]:
    """Kill it; the supervisor of the control plane starts it again, as a node does."""
    state = ClusterState.load(loop.cluster.state)
    assert state is not None  # noqa: S101 - a loop runs on a control plane
    for part in state.parts:
        if part.name == API_SERVER and part.process is not None and part.process.alive():
            psutil.Process(part.process.pid).send_signal(signal.SIGKILL)
    yield


@contextlib.asynccontextmanager
async def _one_replica_killed(loop: Loop) -> AsyncIterator[None]:
    """Kill the process of a pod; the node agent starts it again, as a kubelet does."""
    process = next((pod.process for pod in loop.agent.pods if pod.ready), None)
    if process is not None:
        await asyncio.to_thread(process.send_signal, signal.SIGKILL)
    yield


LOOP_FAULTS = (
    LoopFault("prometheus-killed", "Prometheus is gone", _without_prometheus, BLIND_S),
    LoopFault("metric-vanishes", "no replica is scraped any more", _without_metric, BLIND_S),
    LoopFault("keda-operator-killed", "KEDA's operator is gone", _without_keda, BLIND_S),
    LoopFault("api-server-restarted", "the API server dies and is started again", _new_api_server, 60.0),
    LoopFault("replica-killed", "a replica dies with the requests that it has", _one_replica_killed, 45.0),
)
"""Every fault of the loop, in the order in which they are injected."""
