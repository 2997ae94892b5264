"""Drills: what each promises, and what happens when the promise is not kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.stack.small_world import LINK, SmallWorld
from vitals.catalog import Catalogue
from vitals.errors import VitalsError
from vitals.render import render
from vitals.stack.drills import perform as perform_module
from vitals.stack.drills.drill import Drill, Outcome
from vitals.stack.drills.injections import Fault, PartRestarted, ReplicasStopped, RollingRestart
from vitals.stack.drills.movement import moved, parse_link
from vitals.stack.drills.perform import group_is_gone, perform
from vitals.stack.drills.registry import DRILLS, choose
from vitals.stack.folder import RunFolder
from vitals.stack.rendered_model import RenderedModel

OUTAGE = replace(choose(["api-outage"])[0], within_s=1.0, resolved_within_s=1.0)


@pytest.fixture
def world(folder: RunFolder) -> SmallWorld:
    """A world in which everything goes as it should."""
    return SmallWorld(folder)


def run(world: SmallWorld, drill: Drill) -> Outcome:
    """Perform a drill in the small world."""

    async def go() -> Outcome:
        async with world.rig() as rig:
            return await perform(drill, rig, lambda _: None)

    return asyncio.run(go())


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
def test_a_drill_expects_an_alert_that_is_rendered(drill: Drill, shipped: Catalogue) -> None:
    """Its alert exists with its severity; a page goes to PagerDuty, anything else does not."""
    model = RenderedModel.model_validate_json(render(shipped, shipped.environments["local"])["model.json"])

    assert drill.family in drill.name
    if drill.alert is None:
        assert (drill.expected, drill.severity) == ("silence", None)
        return
    channels = model.channels_of(drill.alert, drill.severity or "")
    assert ("pagerduty" in channels) == (drill.expected == "page")


def test_names_are_unique_and_unknown_ones_are_refused() -> None:
    """The error lists the drills that there are."""
    assert len({drill.name for drill in DRILLS}) == len(DRILLS)

    with pytest.raises(VitalsError, match=r"no drill called 'fire'.*api-outage"):
        choose(["api-outage", "fire"])


def test_a_drill_tells_when_everybody_was_told(world: SmallWorld) -> None:
    """Fired, notified on every channel, resolved, and the fault is off again."""
    outcome = run(world, OUTAGE)

    assert outcome.problem is None
    assert outcome.fired_after_s is not None
    assert set(outcome.notified_after_s) == {"slack", "email", "pagerduty"}
    assert outcome.resolved_after_s is not None
    assert world.faults == set()


def test_an_alert_that_does_not_fire_fails_the_drill_and_the_fault_is_cleared(world: SmallWorld) -> None:
    """The problem says what did not happen."""
    world.fires = False

    outcome = run(world, OUTAGE)

    assert outcome.problem == "ServiceOutage did not fire within 1 s"
    assert world.faults == set()


def test_a_channel_that_hears_nothing_fails_the_drill(world: SmallWorld) -> None:
    """The missing channel is named."""
    world.told = ("slack", "email")

    assert run(world, OUTAGE).problem == "no word of firing reached pagerduty in its time"


def test_a_panel_that_does_not_move_fails_the_drill(world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alert's own link must lead to a panel that shows the fault."""
    monkeypatch.setattr(perform_module, "PANEL_WITHIN_S", 0.5)
    world.moves = False

    assert run(world, OUTAGE).problem == f"the panel did not move: {LINK}"


def test_an_interrupted_drill_clears_its_fault(world: SmallWorld) -> None:
    """Ctrl-C while waiting for the alert never leaves the platform broken."""
    world.fires = False

    async def go() -> None:
        async with world.rig() as rig:
            drill = asyncio.create_task(perform(replace(OUTAGE, within_s=60.0), rig, lambda _: None))
            while not world.faults:
                await asyncio.sleep(0.01)
            drill.cancel()
            with pytest.raises(asyncio.CancelledError):
                await drill

    asyncio.run(go())

    assert world.faults == set()


def test_a_page_during_a_silent_drill_fails_it(world: SmallWorld) -> None:
    """Silence means that the on-call person sleeps; whatever pages is quoted."""
    silent = Drill(
        name="quiet", family="quiet", service="wellness-api", means="nothing", injection=Fault("outage"),
        expected="silence", within_s=0.2,
    )  # fmt: skip

    assert "somebody was paged" in (run(world, silent).problem or "")
    world.folder.clear()
    world.told = ("slack",)
    assert run(world, silent).problem is None


def test_the_next_drill_waits_until_alertmanager_has_swept_the_empty_group(world: SmallWorld) -> None:
    """A group without alerts is not listed and still delays the next notification; its number tells of it."""
    world.groups = 3

    async def go() -> None:
        async with world.rig() as rig:
            await group_is_gone(OUTAGE, rig)

    asyncio.run(go())

    assert world.groups == 0


def test_replicas_and_parts_are_put_back(world: SmallWorld) -> None:
    """Each injection asks the supervisor for what it says, and to start again what it stopped."""

    async def go() -> None:
        async with world.rig() as rig:
            for injection in (ReplicasStopped(count=1), RollingRestart(pause_s=0.0), PartRestarted("prometheus")):
                await injection.begin(rig)
                await injection.end(rig)

    asyncio.run(go())

    assert world.controlled == [
        "stop wellness-api-1", "start wellness-api-1",
        "restart wellness-api-1", "restart wellness-api-2", "start wellness-api-1", "start wellness-api-2",
        "restart prometheus", "start prometheus",
    ]  # fmt: skip


def test_a_link_names_board_panel_and_variables() -> None:
    """What is no link to a panel is none."""
    link = parse_link(LINK)

    assert link is not None
    assert (link.uid, link.panel, link.variables) == ("api", 7, {"service": ["wellness-api"]})
    assert parse_link("http://portal/d/api/api?from=now-1h") is None
    assert parse_link("") is None


def test_a_panel_moves_when_a_reading_changes_comes_or_goes() -> None:
    """A quarter is the least that counts."""
    assert not moved({"a": 1.0}, {"a": 1.2})
    assert moved({"a": 1.0}, {"a": 1.3})
    assert moved({"a": 1.0}, {"a": 0.0})
    assert moved({}, {"a": 0.0})
    assert moved({"a": 1.0}, {})
    assert not moved({"a": 0.0}, {"a": 0.0})
