"""What the receivers got in this run, in memory for the portal and as JSON lines for `vitals drill`.

A delivery that cannot be written (full disk) is still kept in memory and the problem is reported; a receiver never
answers an error for it, because that would make Alertmanager send the message again.
"""

import json
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from vitals.atomic import write_atomic
from vitals.local.portal.interfaces import Delivery

MOST = 2000
"""Deliveries kept; the file is cut to these whenever it has twice as many lines."""
MOST_BYTES = 8 * 1024 * 1024
"""Of the deliveries kept, as lines, their text included: 4 KiB each. The file is cut at twice as many."""

_DELIVERY = TypeAdapter(Delivery)


class Inbox:
    """The deliveries of one run; safe to use from several threads.

    Args:
        path: JSON lines file, 0600; it is created with the first delivery.
        on_problem: Called when a delivery could not be written.
    """

    def __init__(self, path: Path, on_problem: Callable[[str], None]) -> None:
        self._path = path
        self._on_problem = on_problem
        self._kept: deque[tuple[Delivery, str]] = deque()
        self._bytes = 0
        self._written_lines = self._written_bytes = 0
        self._lock = threading.Lock()

    def add(self, delivery: Delivery) -> None:
        """Record one delivery."""
        line = _line(delivery)
        with self._lock:
            self._kept.append((delivery, line))
            self._bytes += len(line)
            while len(self._kept) > 1 and (len(self._kept) > MOST or self._bytes > MOST_BYTES):
                self._bytes -= len(self._kept.popleft()[1])
            try:
                self._write(line)
            except OSError as error:
                self._on_problem(f"a delivery to {delivery.channel} could not be written to {self._path}: {error}")

    def all(self) -> tuple[Delivery, ...]:
        """Return the newest deliveries, oldest first: at most ``MOST``, and of at most ``MOST_BYTES``."""
        with self._lock:
            return tuple(delivery for delivery, _ in self._kept)

    def _write(self, line: str) -> None:
        if self._written_lines >= 2 * MOST or self._written_bytes + len(line) > 2 * MOST_BYTES:
            write_atomic(self._path, "".join(kept for _, kept in self._kept), mode=0o600)
            self._written_lines, self._written_bytes = len(self._kept), self._bytes
            return
        private = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(private, "a", encoding="utf-8") as file:
            file.write(line)
        self._written_lines += 1
        self._written_bytes += len(line)


def read_deliveries(path: Path) -> list[Delivery]:
    """Read the deliveries that a running stack wrote, oldest first; empty when there are none yet.

    A last line without its end is still being written and is left for the next look.
    """
    if not path.exists():
        return []
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    return [_DELIVERY.validate_json(line) for line in whole.splitlines()]


def _line(delivery: Delivery) -> str:
    return json.dumps(asdict(delivery), sort_keys=True) + "\n"
