"""``state.json``: what a running stack tells other commands about itself.

It is how `vitals status` and `vitals drill` find a stack, how a second `vitals up` knows that one is running, and how
a start after a kill -9 knows what was left behind. It holds the token of the control endpoint, so it is 0600.
A process is named by its id *and* its creation time: ids are reused, the pair is not.
"""

from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from vitals.stack.atomic import write_atomic


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProcessId(_Frozen):
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


class PartRecord(_Frozen):
    """One part as `vitals status` shows it; ``since`` is unix seconds."""

    name: str
    state: Literal["starting", "healthy", "failing", "stopped", "restarting"]
    detail: str
    process: ProcessId | None
    url: str | None
    since: float
    restarts: int


class Addresses(_Frozen):
    """Where the running stack listens; every one is on loopback."""

    portal: str
    prometheus: str
    alertmanager: str
    control: str
    api: str
    api_admin: dict[str, str]
    grafana: str | None


class StackState(_Frozen):
    """A running stack.

    Attributes:
        run_id: Random; every process of the run carries it in its environment as ``VITALS_RUN``.
        supervisor: The process of `vitals up`.
        started_at: Unix seconds.
        addresses: None until they are known (the stack is still being prepared).
        control_token: Bearer token of the control endpoint.
        first_data_after_s: Seconds from the start until the first board had data, see ``first_data``; None until then.
        parts: In start order.
        not_run_here: Services of the catalogue of which nothing runs here; they have no targets.
        real_since: Unix seconds from which on data are real; what is older is synthetic. None if nothing is.
        problems: What could not be written or done, newest last; empty in a healthy run.
    """

    run_id: str
    supervisor: ProcessId
    started_at: float
    addresses: Addresses | None = None
    control_token: str
    first_data_after_s: float | None = None
    parts: tuple[PartRecord, ...] = ()
    not_run_here: tuple[str, ...] = ()
    real_since: float | None = None
    problems: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        """Write the file in one step, readable by its owner only.

        Raises:
            OSError: The disk is full; the older state stays.
        """
        write_atomic(path, self.model_dump_json(indent=1) + "\n", mode=0o600)


def load_state(path: Path) -> StackState | None:
    """Read ``state.json``; None when there is none or when it is not one of ours (an older version's, say)."""
    try:
        return StackState.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None


def own_process_id() -> ProcessId:
    """Name this process."""
    process = psutil.Process()
    return ProcessId(pid=process.pid, created=process.create_time())
