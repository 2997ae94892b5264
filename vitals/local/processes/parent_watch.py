"""Starts a program that does not outlive the supervisor (``python -I -S parent_watch.py PPID PROGRAM ...``).

A supervisor that is killed with SIGKILL cannot stop its children. On Linux the kernel can: a process may ask to get
SIGTERM when its parent dies, and keeps that wish across ``exec``. Asking between fork and exec of a program with
threads is unsafe, so this small script asks in its own process and then becomes the program. Where the kernel has no
such wish, the next start ends the orphans (``orphans.py``).
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the program named by the arguments."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")
    os.execvp(program[0], program)  # noqa: S606  a list of arguments, no shell: that is the purpose here


if __name__ == "__main__":
    main()
