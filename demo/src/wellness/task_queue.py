"""Work to be done later by another process, as one interface.

A task carries the trace context of the request that asked for it, so one trace shows both. Delivery is at least once:
a task that is not completed before its lease ends goes to the next worker that asks. Handlers must therefore be able
to run twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Task:
    """A task that a worker has claimed.

    Attributes:
        task_id: The queue's own id.
        kind: What is to be done, for example ``reports``.
        payload: What it is to be done with.
        headers: W3C trace context of the request, from `wellness.spans.trace_headers`.
        attempt: 1 when the task is claimed for the first time.
        waited_s: Seconds from the moment at which it could be claimed.
    """

    task_id: int
    kind: str
    payload: dict[str, str]
    headers: dict[str, str]
    attempt: int
    waited_s: float


class TaskQueue(Protocol):
    """First in, first out, across processes."""

    system: str
    """The queue's name in spans (OpenTelemetry's ``messaging.system``)."""

    async def put(self, kind: str, payload: Mapping[str, str]) -> None:
        """Hand over a task, with the current trace context."""

    async def claim(self) -> Task | None:
        """The oldest task that no worker has, or None. It must be completed or put back."""

    async def complete(self, task: Task) -> None:
        """The task is done (or given up) and disappears."""

    async def put_back(self, task: Task, *, after_s: float) -> None:
        """The task failed for now and may be claimed again after this many seconds."""

    async def length(self) -> int:
        """Number of tasks that wait or are being worked on."""

    async def waiting(self) -> int:
        """Number of tasks that could be claimed now."""

    async def close(self) -> None:
        """Give back connections; the queue cannot be used afterwards."""
