"""One supervisor per run folder.

The kernel holds the lock for the supervisor and drops it when that process is gone, however it went; a file with a
process id could not say that for sure.
"""

import contextlib
import fcntl
from collections.abc import Callable, Iterator

from vitals.errors import VitalsError
from vitals.local.processes.folder import OwnedFolder


@contextlib.contextmanager
def held(folder: OwnedFolder, busy: Callable[[], str]) -> Iterator[None]:
    """Hold the run folder while the context is open.

    Args:
        folder: Which one; it is made if it is not there.
        busy: Words the error when another supervisor holds it.

    Raises:
        VitalsError: Another supervisor holds it, or it is not ours.
    """
    folder.claim()
    with (folder.root / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VitalsError(busy()) from error
        yield
