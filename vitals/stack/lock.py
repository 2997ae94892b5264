"""One supervisor per run folder.

The kernel holds the lock for the supervisor and drops it when that process is gone, however it went; a file with a
process id could not say that for sure.
"""

import contextlib
import fcntl
from collections.abc import Iterator

from vitals.errors import VitalsError
from vitals.stack.folder import RunFolder
from vitals.stack.state import load_state


@contextlib.contextmanager
def only_supervisor(folder: RunFolder) -> Iterator[None]:
    """Hold the run folder while the context is open.

    Raises:
        VitalsError: A stack runs in that folder (the message names its process and its portal), or it is not ours.
    """
    folder.claim()
    with (folder.root / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VitalsError(_already_running(folder)) from error
        yield


def _already_running(folder: RunFolder) -> str:
    state = load_state(folder.state)
    who = f"as process {state.supervisor.pid}" if state else "and is just starting or stopping"
    portal = f", with its portal at {state.addresses.portal}" if state and state.addresses else ""
    return (
        f"A stack runs in {folder.root} already, {who}{portal}. Nothing was started. Use that one, stop it with "
        f"Ctrl-C in its terminal, or start another one beside it with --state DIR."
    )
