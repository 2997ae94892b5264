"""Mounts a small filesystem, fills it, and takes it away at the end (a script: ``full_disk.py FOLDER BYTES SECONDS``).

The mount lives as long as this process: SIGTERM (which it also gets when the drill dies), or the end of its seconds,
unmounts it. It prints one line, ``full`` when the filesystem is full, and ends with code 3 where the system does not
let it mount. It touches nothing but the folder that it is given, which must exist.
"""

import ctypes
import errno
import os
import signal
import sys
import threading
from pathlib import Path

NOT_ALLOWED = 3
_LAZILY = 2
_CHUNK = 64 * 1024


def main() -> None:
    """Mount, fill, wait, unmount."""
    folder, size, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    libc = ctypes.CDLL(None, use_errno=True)
    where = os.fsencode(folder)
    if libc.mount(b"vitals-drill", where, b"tmpfs", 0, f"size={size},mode=0700".encode()) != 0:
        reason = ctypes.get_errno()
        sys.stderr.write(os.strerror(reason))
        sys.exit(NOT_ALLOWED if reason in (errno.EPERM, errno.EACCES, errno.ENOSYS) else 1)
    try:
        _fill(folder / "ballast")
        print("full", flush=True)
        over.wait(seconds)
    finally:
        if libc.umount2(where, 0) != 0:
            libc.umount2(where, _LAZILY)


def _fill(file: Path) -> None:
    """Write until there is no room; the filesystem's own size is the bound."""
    try:
        with file.open("wb", buffering=0) as ballast:
            while ballast.write(bytes(_CHUNK)):
                pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


if __name__ == "__main__":
    main()
