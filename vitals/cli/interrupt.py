"""Running asynchronous work so that Ctrl-C, SIGTERM and a closed terminal all end it in good order.

The first signal cancels the work, whose own clean-up then runs; further ones change nothing, because half a clean-up
would leave processes or a fault behind.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

T = TypeVar("T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_EXIT_CODE = 130


def run_until_interrupted(work: Coroutine[Any, Any, T]) -> T:
    """Run the work and return its result.

    Raises:
        typer.Exit: A signal ended it (exit code 130).
    """

    async def main() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        asked = False

        def end() -> None:
            nonlocal asked
            if not asked and task is not None:
                asked = True
                task.cancel()

        for number in _SIGNALS:
            loop.add_signal_handler(number, end)
        return await work

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise typer.Exit(_EXIT_CODE) from None


async def wait_for_the_end(seconds: float | None) -> None:
    """Wait for so many seconds, or for ever; a signal ends it and counts as a wish to stop, not as a failure."""
    task = asyncio.current_task()
    try:
        await (asyncio.sleep(seconds) if seconds is not None else asyncio.Event().wait())
    except asyncio.CancelledError:
        if task is not None:
            task.uncancel()
