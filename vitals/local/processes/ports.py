"""Loopback ports for one run.

Those of one stack follow each other from a number picked by chance, so two stacks that start at once on one machine
hardly ever want the same one: 40 ports picked one by one would meet 40 others in every seventh case. They lie below the
numbers that the kernel hands to connections: between the moment a port is picked and the moment its program listens,
which is seconds for one on a JVM, any connection of the machine could take a number from there. Only the port that a
person bookmarks (the portal's) can be pinned, and a pinned port that is taken is an error before anything has started.
"""

import contextlib
import secrets
import socket
from collections.abc import Iterator, Sequence
from itertools import chain

from vitals.errors import VitalsError

LOOPBACK = "127.0.0.1"
_PICKED_FROM = range(20_000, 30_000)
"""Below 32768, where Linux begins to number connections (macOS: 49152), and below Kubernetes' node ports (30000)."""


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """Pick one free loopback TCP port per name; all are different, because all are held until the last is picked.

    Args:
        names: What the ports are for, each name once.

    Returns:
        The port number of each name.

    Raises:
        VitalsError: Fewer ports are free than there are names.
    """
    first = secrets.randbelow(len(_PICKED_FROM))
    candidates = chain(_PICKED_FROM[first:], _PICKED_FROM[:first])
    with contextlib.ExitStack() as held:
        return {name: _first_free(candidates, held) for name in names}


def _first_free(candidates: Iterator[int], held: contextlib.ExitStack) -> int:
    """The first port on which nothing listens; it is held until the stack ends."""
    for port in candidates:
        listener = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        with contextlib.suppress(OSError):
            listener.bind((LOOPBACK, port))
            return port
    raise VitalsError(
        f"No port from {_PICKED_FROM[0]} to {_PICKED_FROM[-1]} on {LOOPBACK} can be opened: programs hold all of them."
    )


def if_free(port: int) -> int:
    """A port if nothing listens there now, else 0, for any free one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return 0
    return port


def listen(port: int, option: str) -> socket.socket:
    """Open a listening loopback socket.

    Args:
        port: The number, or 0 for any free one.
        option: The command-line option that pins the port, for the error message.

    Returns:
        The bound socket; who gets it must close it.

    Raises:
        VitalsError: Another program listens there already.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise VitalsError(
            f"Port {port} on {LOOPBACK} cannot be opened ({error.strerror}): another program listens there. Nothing "
            f"was started. Stop it, give another number with {option}, or leave {option} out for a free one."
        ) from error
    return listener
