"""What a run writes about its processes, so that a later command can find them and nothing else.

A process is named by its id *and* its creation time: ids are reused, the pair is not. Where the kernel counts from the
start of the machine, as Linux does, the creation time moves with every step of the clock; the time since that start
does not, so it is known, too.
"""

from pathlib import Path
from typing import Literal, Self

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from vitals.atomic import write_atomic

BOOT_JITTER_S = 1.5
"""Linux gives the start of the machine in whole seconds, so two readings may lie one apart."""

PartState = Literal["starting", "healthy", "failing", "stopped", "restarting"]


class Frozen(BaseModel):
    """Plain data that never changes and knows each of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProcessId(Frozen):
    """A process, distinguished from a later one with the same number.

    Attributes:
        pid: Its number.
        created: Its creation time, unix seconds.
        since_boot: The same in seconds since the machine started.
    """

    pid: int
    created: float
    since_boot: float

    def alive(self) -> bool:
        """Whether that very process still runs (a zombie does not), even if the clock was set meanwhile."""
        try:
            process = psutil.Process(self.pid)
            now = _named(process)
            same = now.created == self.created or abs(now.since_boot - self.since_boot) <= BOOT_JITTER_S
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def process_id(pid: int) -> ProcessId | None:
    """Name the process that has this number now; None when there is none."""
    try:
        return _named(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return None


def own_process_id() -> ProcessId:
    """Name this process."""
    return _named(psutil.Process())


def _named(process: psutil.Process) -> ProcessId:
    created = process.create_time()
    return ProcessId(pid=process.pid, created=created, since_boot=created - psutil.boot_time())


class PartRecord(Frozen):
    """One part as it was last seen; ``since`` is unix seconds, ``process`` None while none runs."""

    name: str
    state: PartState
    detail: str
    process: ProcessId | None
    url: str | None
    since: float
    restarts: int

    @property
    def pid(self) -> int | None:
        """The number of its process; None while none runs."""
        return self.process.pid if self.process else None


class RunRecord(Frozen):
    """One run of a supervisor.

    Attributes:
        run_id: Random; every process of the run carries it in its environment as ``VITALS_RUN``.
        supervisor: The process that supervises.
        started_at: Unix seconds.
        parts: In start order.
    """

    run_id: str
    supervisor: ProcessId
    started_at: float
    parts: tuple[PartRecord, ...] = ()

    def save(self, path: Path) -> None:
        """Write the file in one step, readable by its owner only.

        Raises:
            OSError: The disk is full; the older state stays.
        """
        write_atomic(path, self.model_dump_json(indent=1) + "\n", mode=0o600)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what ``save`` wrote; None when there is none or when it is not one of ours (an older version's, say)."""
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None
