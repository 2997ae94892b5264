"""What a supervised part is, as data: which program, what it waits for, how one sees that it is ready.

The files in ``parts/`` return these; the supervisor runs them. A part says nothing about restarts or signals: all
parts are treated alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program that the supervisor starts, watches, restarts and stops.

    Attributes:
        name: Unique; also the name of its log file and the one to use with the control endpoint.
        argv: The program and its arguments.
        folder: Working directory.
        after: Names of the parts that must be ready first; it is stopped before any of them.
        ready_url: Answers 2xx once the part works; None when a living process is all there is to see.
        settle_s: Seconds that a part without ``ready_url`` must have lived to count as ready.
        ready_within_s: Seconds the start may take before it counts as failed. One that ends instead of starting is
            known at once, so this is only for one that hangs: a program that imports in three seconds took more than a
            minute on two cores with eighteen processes waiting for them.
        stop_within_s: Seconds between SIGTERM and SIGKILL.
        environment: Variables on top of the supervisor's own.
        url: Address worth showing to a person; None when there is none.
    """

    name: str
    argv: tuple[str, ...]
    folder: Path
    after: tuple[str, ...] = ()
    ready_url: str | None = None
    settle_s: float = 0.1
    ready_within_s: float = 180.0
    stop_within_s: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
