"""What a service stands on: its databases, caches and queues, and how much each of them bears.

A resource is named as the service's telemetry names it, for its series carry that name. Rules and panels of a family
exist only for services that declare one of its resources here.
"""

from __future__ import annotations

from pydantic import Field
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, Name


@dataclass(frozen=True, config=STRICT)
class Firestore:
    """A document database.

    Attributes:
        name: Its ``database`` label.
        connections: How many connections the service may hold open, all replicas together.
    """

    name: Name
    connections: int = Field(default=100, ge=1)


@dataclass(frozen=True, config=STRICT)
class Cache:
    """A cache, in Redis or in memory.

    Attributes:
        name: Its ``cache`` label.
    """

    name: Name


@dataclass(frozen=True, config=STRICT)
class Queue:
    """A queue of background tasks; declared by the service that does the tasks, which can measure it.

    Attributes:
        name: Its ``queue`` label.
        most: How many tasks may wait before it has failed its purpose.
    """

    name: Name
    most: int = Field(default=1000, ge=1)
