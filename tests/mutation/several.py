"""Asks about many things, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from vitals.errors import VitalsError

T = TypeVar("T")
R = TypeVar("R")
Asked = AbstractAsyncContextManager[Callable[[T], Awaitable[R]]]
"""What answers, for as long as one of those at work needs it."""


async def several_at_once(
    things: Sequence[T], jobs: int, asked: Callable[[], Asked[T, R]], answered: Callable[[R, int], None]
) -> list[R]:
    """Ask about each thing; the answers come in the order of the things.

    Args:
        things: What is asked about.
        jobs: About how many at once.
        asked: What is asked; each of those at work has its own.
        answered: Called with each answer, and with how many there are by then.

    Raises:
        VitalsError: What the first that failed raised.
    """
    answers: dict[int, R] = {}
    todo = iter(enumerate(things))
    failed: BaseException | None = None

    async def work() -> None:
        async with asked() as ask:
            for place, thing in todo:
                answers[place] = answer = await ask(thing)
                answered(answer, len(answers))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(jobs, len(things))):
                group.create_task(work())
    except* VitalsError as errors:
        failed = errors.exceptions[0]
    if failed is not None:
        raise failed
    return [answers[place] for place in range(len(things))]
