"""One stack per run folder; the second one learns where the first one is."""

from contextlib import AbstractContextManager

from vitals.local.processes.lock import held
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.state import load_state


def only_supervisor(folder: RunFolder) -> AbstractContextManager[None]:
    """Hold the run folder while the context is open.

    Raises:
        VitalsError: A stack runs in that folder (the message names its process and its portal), or it is not ours.
    """
    return held(folder, lambda: _already_running(folder))


def _already_running(folder: RunFolder) -> str:
    state = load_state(folder.state)
    who = f"as process {state.supervisor.pid}" if state else "and is just starting or stopping"
    portal = f", with its portal at {state.addresses.portal}" if state and state.addresses else ""
    return (
        f"A stack runs in {folder.root} already, {who}{portal}. Nothing was started. Use that one, stop it with "
        f"Ctrl-C in its terminal, or start another one beside it with --state DIR."
    )
