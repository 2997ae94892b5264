"""``/metrics/resource`` of the node agent: what metrics-server asks a kubelet for, from the processes' real use.

Reference: https://kubernetes.io/docs/reference/instrumentation/node-metrics/ and the names that metrics-server reads
(``container_cpu_usage_seconds_total``, ``container_memory_working_set_bytes``, ``container_start_time_seconds`` and the
two of the node).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import psutil
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from vitals.verify.scaling_loop.pod_process import PodProcess

PATH = "/metrics/resource"


def resource_metrics(pods: Iterable[PodProcess], now_s: float) -> str:
    """The text of one answer.

    Args:
        pods: The pods of the node; one whose process does not run has no numbers.
        now_s: Unix seconds of the reading.
    """
    at = int(now_s * 1000)
    machine = psutil.cpu_times()
    node = [
        f"node_cpu_usage_seconds_total {machine.user + machine.system:.3f} {at}",
        f"node_memory_working_set_bytes {psutil.virtual_memory().used} {at}",
    ]
    cpu, memory, started = [], [], []
    for pod in pods:
        use = pod.use()
        if use is None:
            continue
        labels = f'{{container="{pod.container}",namespace="{pod.pod["metadata"]["namespace"]}",pod="{pod.name}"}}'
        cpu.append(f"container_cpu_usage_seconds_total{labels} {use.cpu_s:.3f} {at}")
        memory.append(f"container_memory_working_set_bytes{labels} {use.memory_bytes} {at}")
        started.append(f"container_start_time_seconds{labels} {use.started_at:.3f}")
    return "\n".join([*cpu, *memory, *started, *node]) + "\n"


def resource_metrics_app(pods: Callable[[], Iterable[PodProcess]]) -> Starlette:
    """The page that metrics-server reads.

    Args:
        pods: The pods of the node, as they are when it is asked.
    """

    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse(resource_metrics(pods(), time.time()), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route(PATH, answer)])
