"""Processes that an earlier run left behind, and how to end exactly those.

After a kill -9 of the supervisor its children may still run (the kernel's parent watch works on Linux only, and a child
may ignore SIGTERM). Every process of a run carries the run's random id in its environment, grandchildren included;
that is what makes it ours. Numbers alone prove nothing: they are reused.
"""

import psutil

from vitals.local.processes.record import RunRecord

RUN_VARIABLE = "VITALS_RUN"


def orphans(run: RunRecord) -> list[psutil.Process]:
    """Find what still runs of that run, its supervisor excluded."""
    recorded = {(part.process.pid, part.process.created) for part in run.parts if part.process is not None}
    found = []
    for process in psutil.process_iter():
        try:
            ours = (process.pid, process.create_time()) in recorded or (
                process.environ().get(RUN_VARIABLE) == run.run_id
            )
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or another user's
        if ours and process.pid != run.supervisor.pid and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def end_orphans(run: RunRecord, patience_s: float = 5.0) -> int:
    """End what an earlier run left behind: SIGTERM, then SIGKILL after ``patience_s`` seconds.

    Returns:
        How many processes there were.
    """
    found = orphans(run)
    for process in found:
        _send(process, "terminate")
    _, stubborn = psutil.wait_procs(found, timeout=patience_s)
    for process in stubborn:
        _send(process, "kill")
    psutil.wait_procs(stubborn, timeout=patience_s)
    return len(found)


def _send(process: psutil.Process, signal_name: str) -> None:
    try:
        getattr(process, signal_name)()
    except psutil.NoSuchProcess:
        return
