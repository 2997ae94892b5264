"""Mistakes that telemetry notices while the application works: logged once each, and never passed on to it."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress


class Mistakes:
    """Logs each kind of mistake once; safe for threads.

    Args:
        logger: The log of the module that notices them.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._noted: set[str] = set()

    def note(self, what: str) -> None:
        """Log a mistake unless it has been, with the exception that is being handled, if there is one.

        The exception is logged as text: a handler that keeps its records would keep the frames of the application, too,
        and a stream that a frame holds is never let go of.

        Args:
            what: What is wrong and what follows; one of few texts, without values in it.
        """
        if what in self._noted:
            return
        self._noted.add(what)
        with suppress(Exception):  # a filter or handler of the application's own may fail as well
            handled = f"\n{traceback.format_exc()}" if sys.exc_info()[0] is not None else ""
            self._logger.error("%s (logged once)%s", what, handled)
