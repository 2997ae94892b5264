"""What a service is asked to do: what it is scaled on, and what its capacity is measured in."""

from __future__ import annotations

from enum import StrEnum


class Demand(StrEnum):
    """A demand grows with the users of a service and not with its replicas.

    Attributes:
        REQUESTS: Requests that are answered, per second. It stands still when replicas can do no more.
        QUEUE: Tasks that wait, in all queues of the service.
        CONCURRENCY: Requests that have begun and not ended. It goes on rising when replicas can do no more.
    """

    REQUESTS = "requests"
    QUEUE = "queue"
    CONCURRENCY = "concurrency"

    @property
    def unit(self) -> str:
        """What one of it is, for a person."""
        return {"requests": "requests/s", "queue": "waiting tasks", "concurrency": "requests in flight"}[self.value]
