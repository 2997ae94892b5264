"""Steady requests to small services while a test changes what they answer, or ends one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping

from tests.dialects.emitters.running import Emitter

PER_SECOND = 20
"""Requests to each service: enough that a share of errors is known within two scrapes."""


class Traffic:
    """Requests to each service until the end, to a path each that may change.

    A service that is gone, or slow, answers no request and takes none from the others: each has a thread of its own.

    Attributes:
        paths: The path that each service is asked for now.
    """

    def __init__(self, emitters: Mapping[str, Emitter]) -> None:
        self.paths = dict.fromkeys(emitters, "/orders/1")
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(name, one)) for name, one in emitters.items()]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, name: str, emitter: Emitter) -> None:
        while not self._ended.wait(1 / PER_SECOND):
            with contextlib.suppress(OSError):
                emitter.ask(self.paths[name])
