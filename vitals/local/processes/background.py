"""Work beside what a context does, ended with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine


@contextlib.asynccontextmanager
async def background_tasks(on_defect: Callable[[str], None], *work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do work in the background while the context is open; one that fails is a problem to show, not an end.

    Args:
        on_defect: Called with what ended before it should have.
        work: What to do; cancelled when the context closes.
    """

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            on_defect(f"watching ended with a defect: {task.exception()!r}")

    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
