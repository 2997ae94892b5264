"""Keeps one CPU busy for a while, at the lowest priority (a script, run as ``python -I -S busy_cpu.py SECONDS``).

Whatever else wants the CPU gets it first. It ends after its seconds at the latest, also when it is not stopped.
"""

import os
import sys
import time

LOWEST_PRIORITY = 19


def main() -> None:
    """Count until the time is over."""
    os.nice(LOWEST_PRIORITY)
    deadline = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < deadline:
        for _ in range(100_000):
            pass


if __name__ == "__main__":
    main()
