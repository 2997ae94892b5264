"""A drill at a button: it is performed as from the command line, one at a time, and can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.local.stack.small_world import SmallWorld
from vitals.errors import VitalsError
from vitals.local.portal.interfaces import DrillProgress
from vitals.local.stack.folder import RunFolder
from vitals.verify.drills.portal_drills import PortalDrills
from vitals.verify.drills.registry import DRILLS, choose
from vitals.verify.drills.stack_client import StackClient

(OUTAGE,) = choose(["api-outage"])
LONG = replace(OUTAGE, name="long", expected="silence", alert=None, severity=None, watched_s=600.0)


def _with(
    world: SmallWorld, work: Callable[[PortalDrills], Coroutine[None, None, None]], *, runs: bool = True
) -> DrillProgress | None:
    """Do something with the drills of a small world, and give the progress after it."""

    @asynccontextmanager
    async def attach(folder: RunFolder) -> AsyncIterator[StackClient]:
        assert folder == world.folder
        if not runs:
            raise VitalsError("the stack is not healthy")
        async with world.rig() as client:
            yield client

    drills = PortalDrills(world.folder, (OUTAGE, LONG), attach)
    asyncio.run(work(drills))
    return drills.progress()


async def _ended(drills: PortalDrills) -> None:
    for _ in range(600):
        progress = drills.progress()
        if progress is not None and progress.ended_at is not None:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the drill did not end within 30 s")


def test_it_is_performed_and_says_what_happens(folder: RunFolder) -> None:
    """Fault, alert, notifications and the end stand in the progress, without the drill's name before each."""
    world = SmallWorld(folder)

    async def work(drills: PortalDrills) -> None:
        drills.start("api-outage")
        await _ended(drills)

    progress = _with(world, work)

    assert progress is not None
    assert progress.verdict == "passed", progress.lines
    assert progress.lines[0] == OUTAGE.description
    assert any(line.startswith("notified: ") for line in progress.lines)
    assert world.faults == set()


def test_one_runs_at_a_time_and_stopping_clears_the_fault(folder: RunFolder) -> None:
    """A second fault would hide what the first one does."""
    world = SmallWorld(folder, fires=False)

    async def work(drills: PortalDrills) -> None:
        drills.start("long")
        while not world.faults:
            await asyncio.sleep(0.02)
        with pytest.raises(VitalsError, match="long is running"):
            drills.start("api-outage")
        await drills.ended()

    progress = _with(world, work)

    assert progress is not None
    assert progress.verdict == "stopped"
    assert world.faults == set()


def test_what_cannot_be_done_is_said(folder: RunFolder) -> None:
    """A drill that does not exist, and a stack that is not healthy; stopping nothing does nothing."""

    async def work(drills: PortalDrills) -> None:
        drills.stop()
        await drills.ended()
        assert drills.progress() is None
        with pytest.raises(VitalsError, match="no drill called 'nope'"):
            drills.start("nope")
        drills.start("api-outage")
        await _ended(drills)

    progress = _with(SmallWorld(folder), work, runs=False)

    assert progress is not None
    assert (progress.verdict, progress.lines) == ("failed", ("the stack is not healthy",))


def test_every_drill_has_a_button(folder: RunFolder) -> None:
    """In the order in which one does not disturb the next."""
    listed = PortalDrills(folder).listed()

    assert [one.name for one in listed] == [drill.name for drill in DRILLS]
