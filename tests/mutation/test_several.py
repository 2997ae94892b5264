"""Several at once, answers in order, and the first failure is the one that is reported."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

import pytest

from tests.mutation.several import Asked, several_at_once
from vitals.errors import VitalsError


def test_answers_come_in_the_order_of_the_things() -> None:
    """However long each takes; and no more are at work than were asked for."""
    at_work, most = 0, 0
    counted: list[int] = []

    async def ask(thing: int) -> int:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        for _ in range(10 - thing):
            await asyncio.sleep(0)
        at_work -= 1
        return thing * thing

    asked = several_at_once(range(8), 3, lambda: nullcontext(ask), lambda _, done: counted.append(done))

    assert asyncio.run(asked) == [0, 1, 4, 9, 16, 25, 36, 49]
    assert most == 3
    assert counted == [1, 2, 3, 4, 5, 6, 7, 8]


def test_what_fails_ends_the_others() -> None:
    """Its own error is raised, and what was at work beside it is cancelled."""
    cancelled: list[str] = []

    async def ask(thing: str) -> None:
        if thing == "broken":
            raise VitalsError("it is broken")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(thing)
            raise

    with pytest.raises(VitalsError, match="it is broken"):
        asyncio.run(several_at_once(["endless", "broken"], 2, lambda: nullcontext(ask), lambda *_: None))
    assert cancelled == ["endless"]


def test_nothing_is_asked_about_nothing() -> None:
    """What answers is not even made ready."""

    def never() -> Asked[int, int]:
        raise AssertionError

    assert asyncio.run(several_at_once([], 2, never, lambda *_: None)) == []
