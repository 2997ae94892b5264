"""What a run writes about its processes, so that a later command can find them and nothing else.

A process is named by its id *and* its creation time: ids are reused, the pair is not.
"""

from pathlib import Path
from typing import Literal, Self

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from vitals.processes.atomic import write_atomic

PartState = Literal["starting", "healthy", "failing", "stopped", "restarting"]


class Frozen(BaseModel):
    """Plain data that never changes and knows each of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProcessId(Frozen):
    """A process, told apart from a later one with the same number by its creation time (unix seconds)."""

    pid: int
    created: float

    def alive(self) -> bool:
        """Whether that very process still runs (a zombie does not)."""
        try:
            process = psutil.Process(self.pid)
            return process.create_time() == self.created and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def process_id(pid: int) -> ProcessId | None:
    """Name the process that has this number now; None when there is none."""
    try:
        return ProcessId(pid=pid, created=psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def own_process_id() -> ProcessId:
    """Name this process."""
    process = psutil.Process()
    return ProcessId(pid=process.pid, created=process.create_time())


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
