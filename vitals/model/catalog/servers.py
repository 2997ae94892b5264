"""What the monitoring's own servers are given where infra runs them: CPU, memory, disk, and how long data is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, Duration

Cpu = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*m?$")]
"""Processor cores as Kubernetes writes them: ``2``, or ``500m`` for half of one."""
Bytes = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*[MG]i$")]
"""An amount of memory or disk as Kubernetes writes it: ``512Mi``, ``50Gi``."""


@dataclass(frozen=True, config=STRICT)
class Server:
    """What one replica is given; how many there are is said by ``targets``.

    Attributes:
        cpu: Processor time that is kept free for it.
        memory: Memory that it has, neither more nor less: a server that grows beyond it is ended, not its neighbours.
        disk: Size of its volume; it may be raised later, never lowered.
    """

    cpu: Cpu
    memory: Bytes
    disk: Bytes


@dataclass(frozen=True, config=STRICT)
class Servers:
    """The servers of an environment.

    Attributes:
        alertmanager: What one Alertmanager is given.
        prometheus: What one Prometheus is given; ``None`` where a managed back end stores the metrics.
        retention: How long Prometheus keeps samples, unless its disk is full before.
    """

    alertmanager: Server
    prometheus: Server | None = None
    retention: Duration | None = None
