"""Loopback ports for one run.

The kernel picks them, so two stacks on one machine never fight over a number; only the port that a person bookmarks
(the portal's) can be pinned, and a pinned port that is taken is an error before anything has started.
"""

import contextlib
import socket
from collections.abc import Sequence

from vitals.errors import VitalsError

LOOPBACK = "127.0.0.1"


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """Pick one free loopback TCP port per name; all are different, because all are held until the last is picked.

    Args:
        names: What the ports are for, each name once.

    Returns:
        The port number of each name.
    """
    with contextlib.ExitStack() as held:
        ports: dict[str, int] = {}
        for name in names:
            listener = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            listener.bind((LOOPBACK, 0))
            ports[name] = listener.getsockname()[1]
        return ports


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
