"""``state.json``: what a running stack reports to other commands about itself.

It is how `vitals status` and `vitals drill` find a stack, how a second `vitals up` knows that one is running, and how
a start after a kill -9 knows what was left behind. It holds the token of the control endpoint, so it is 0600.
"""

import time
from pathlib import Path

from vitals.local.processes.record import Frozen, RunRecord
from vitals.local.stack.folder import RunFolder

STALE_S = 10.0
"""The state is written every second; a machine under load may take a few."""


class Addresses(Frozen):
    """Where the running stack listens, all on loopback; ``admin`` says where the faults of a part are switched."""

    portal: str
    prometheus: str
    alertmanager: str
    control: str
    api: str
    admin: dict[str, str]
    grafana: str | None


class Heartbeat(Frozen):
    """What the dead man's switch knows; times in unix seconds.

    Attributes:
        every_s: Seconds between two heartbeats.
        patience_s: Seconds of silence after which it is an alarm.
        heard_at: The last heartbeat; None before the first.
        missing_since: When the alarm was raised; None while there is none.
    """

    every_s: float
    patience_s: float
    heard_at: float | None = None
    missing_since: float | None = None


class StackState(RunRecord):
    """A running stack.

    Attributes:
        addresses: None until they are known (the stack is still being prepared).
        control_token: Bearer token of the control endpoint.
        first_data_after_s: Seconds from the start until the first dashboard had data, see ``first_data``; None until
            then.
        not_run_here: Services of the catalogue of which nothing runs here; they have no targets.
        real_since: Unix seconds from which on data are real; what is older is synthetic. None if nothing is.
        heartbeat: What the dead man's switch knows; None where the environment sends no heartbeat.
        problems: What could not be written or done, newest last; empty in a healthy run.
    """

    addresses: Addresses | None = None
    control_token: str
    first_data_after_s: float | None = None
    not_run_here: tuple[str, ...] = ()
    real_since: float | None = None
    heartbeat: Heartbeat | None = None
    problems: tuple[str, ...] = ()


def age_of(path: Path) -> float:
    """Seconds since ``state.json`` was written."""
    return max(0.0, time.time() - path.stat().st_mtime)


def load_state(path: Path) -> StackState | None:
    """Read ``state.json``; None when there is none or when it is not one of ours (an older version's, say)."""
    return StackState.load(path)


def running_addresses(folder: RunFolder) -> Addresses | None:
    """Where the stack that runs in a folder listens; None when none runs, or when it is still being prepared."""
    state = load_state(folder.state)
    return state.addresses if state is not None and state.supervisor.alive() else None
