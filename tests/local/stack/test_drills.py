"""Drills: what each promises, and what happens when the promise is not kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.local.stack.small_world import LINK, SmallWorld
from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.stack.folder import RunFolder
from vitals.model.catalog import Catalogue
from vitals.rendered import RenderedModel, WorseDirection
from vitals.verify.drills import perform as perform_module
from vitals.verify.drills.drill import Drill, Outcome
from vitals.verify.drills.injections import DemoFault, PartRestarted, ReplicasStopped, RollingRestart
from vitals.verify.drills.panel_change import Readings, moved, panel_of, parse_link, worse_on
from vitals.verify.drills.perform import group_is_gone, perform
from vitals.verify.drills.registry import DRILLS, choose

(OUTAGE,) = choose(["api-outage"])
WITHIN_S = 3
"""What the small world's times come to."""


@pytest.fixture(scope="module")
def model(wellness: Catalogue) -> RenderedModel:
    """What the stack of this machine reads of its rendered files."""
    return RenderedModel.model_validate_json(files_of(wellness, wellness.environments["local"])["model.json"])


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
def test_a_drill_expects_an_alert_that_is_rendered(drill: Drill, model: RenderedModel) -> None:
    """Its alert exists with its severity; a page goes to PagerDuty, anything else does not."""
    assert drill.name.startswith(f"{drill.family}-")
    assert all(worse_on(panel_of(signal, drill.service, model), model) != "neither" for signal in drill.panels)
    if drill.alert is None:
        assert (drill.expected, drill.severity) == ("silence", None)
        return
    assert model.timing_of(drill.alert, service=drill.service, rule=drill.rule)
    channels = model.channels_of(drill.alert, drill.severity or "")
    assert ("pagerduty" in channels) == (drill.expected == "page")


def test_names_are_unique_and_unknown_ones_are_refused() -> None:
    """The error lists the drills that there are."""
    assert len({drill.name for drill in DRILLS}) == len(DRILLS)

    with pytest.raises(VitalsError, match=r"no drill called 'fire'.*api-outage"):
        choose(["api-outage", "fire"])


def test_drills_run_in_the_order_of_the_list() -> None:
    """However they are named: an outage before the errors would hold their page back."""
    assert [drill.name for drill in choose(["api-outage", "api-errors"])] == ["api-errors", "api-outage"]


def test_a_drill_says_when_every_channel_was_notified(world: SmallWorld) -> None:
    """Fired, notified on every channel, resolved, and the fault is off again."""
    outcome = run(world, OUTAGE)

    assert outcome.problem is None
    assert outcome.fired_after_s is not None
    notified = {channel for channel, after in outcome.notified_after_s.items() if after is not None}
    assert notified == {"slack", "email", "pagerduty"}
    assert outcome.resolved_after_s is not None
    assert (outcome.within_s, outcome.resolved_within_s) == (WITHIN_S, WITHIN_S)
    assert world.faults == set()


def test_an_alert_that_does_not_fire_fails_the_drill_and_the_fault_is_cleared(world: SmallWorld) -> None:
    """The problem says what did not happen."""
    world.fires = False

    outcome = run(world, OUTAGE)

    assert outcome.problem == f"ServiceOutage did not fire within {WITHIN_S} s"
    assert world.faults == set()


def test_a_channel_that_hears_nothing_fails_the_drill(world: SmallWorld) -> None:
    """The missing channel is named."""
    world.notified = ("slack", "email")

    assert run(world, OUTAGE).problem == "no firing notification on pagerduty in time"


def test_an_outcome_names_every_channel(world: SmallWorld) -> None:
    """One that heard nothing is there with no time, so readers of the JSON need not guess."""
    world.fires = False

    after_s = dict(run(world, OUTAGE).notified_after_s)
    assert after_s == {"slack": None, "email": None, "pagerduty": None, "deadman": None}


def test_a_panel_that_does_not_move_fails_the_drill(world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alert's own link must lead to a panel that shows the fault."""
    monkeypatch.setattr(perform_module, "PANEL_WITHIN_S", 0.5)
    world.still = ("errors",)

    assert run(world, OUTAGE).problem == "panel api/7 did not get worse"


def test_every_panel_that_the_drill_names_must_show_the_fault(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alert's own panel is not enough: people look at the response time itself."""
    monkeypatch.setattr(perform_module, "PANEL_WITHIN_S", 0.5)
    slow = replace(OUTAGE, panels=("api.latency.p95",))

    assert run(world, slow).problem is None
    world.folder.clear()
    world.still = ("p95",)
    assert run(world, slow).problem == "panel api/8 did not get worse"


def test_a_panel_without_data_before_the_fault_fails_the_drill(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is injected then: there would be nothing to compare with."""
    monkeypatch.setattr(perform_module, "PANEL_WITHIN_S", 0.5)
    world.empty = ("errors",)

    outcome = run(world, OUTAGE)

    assert outcome.problem == "panel api/7 has no data before the fault, so it could not show it"
    assert outcome.fired_after_s is None


def test_the_classic_faults_are_held_to_the_panels_that_people_look_at() -> None:
    """Response time, error ratio, share of failing requests: each beside the alert's own panel."""
    assert {drill.name: drill.panels for drill in DRILLS if drill.panels} == {
        "api-outage": ("api.outage.ratio",),
        "api-errors": ("api.errors.service",),
        "api-latency": ("api.latency.p95",),
        "database-slow": ("database.time.p95",),
        "cache-cold": ("cache.hits.ratio",),
        "users-unsatisfied": ("users.satisfaction.service",),
        "tasks-failing": ("tasks.failures.ratio",),
        "tasks-piling-up": ("tasks.queue.length",),
        "system-cpu-full": ("system.cpu.busy",),
        "system-disk-full": ("system.disk.used",),
    }


def test_an_interrupted_drill_clears_its_fault(world: SmallWorld) -> None:
    """Ctrl-C while waiting for the alert never leaves the platform broken."""
    world.fires = False

    async def go() -> None:
        async with world.rig() as rig:
            drill = asyncio.create_task(perform(replace(OUTAGE, builds_up_s=60.0), rig, lambda _: None))
            while not world.faults:
                await asyncio.sleep(0.01)
            drill.cancel()
            with pytest.raises(asyncio.CancelledError):
                await drill

    asyncio.run(go())

    assert world.faults == set()


def test_a_page_during_a_silent_drill_fails_it(world: SmallWorld) -> None:
    """Silence means that the on-call person sleeps; whatever pages is quoted, but what never ran here."""
    silent = Drill(
        name="quiet", family="quiet", service="wellness-api", description="nothing", injection=DemoFault("outage"),
        touches=("quiet",), expected="silence", watched_s=0.2,
    )  # fmt: skip

    assert "unexpected page" in (run(world, silent).problem or "")
    world.folder.clear()
    world.not_run_here = ("mailer",)
    assert "unexpected page" in (run(world, silent).problem or "")
    world.folder.clear()
    world.not_run_here = ("wellness-api",)
    assert run(world, silent).problem is None
    world.folder.clear()
    world.not_run_here = ()
    world.notified = ("slack",)
    assert run(world, silent).problem is None


def test_the_next_drill_waits_until_alertmanager_has_swept_the_empty_group(world: SmallWorld) -> None:
    """A group without alerts is not listed and still delays the next notification; its number shows it."""
    world.groups = 3

    async def go() -> None:
        async with world.rig() as rig:
            await group_is_gone(OUTAGE, rig)

    asyncio.run(go())

    assert world.groups == 0


@pytest.mark.parametrize(
    ("held", "looks"),
    [
        ({"severity": "critical", "service": "wellness-api"}, 2),
        ({"severity": "critical", "service": "another"}, 1),
        ({"severity": "warning", "service": "wellness-api"}, 1),
    ],
)
def test_a_silent_drill_waits_for_the_end_of_a_page(world: SmallWorld, held: dict[str, str], looks: int) -> None:
    """A page that an earlier drill left would be taken for one of its own; what pages elsewhere is not waited for."""
    (silent,) = choose(["api-rolling-restart"])
    before, world.held = world.groups, held

    async def go() -> None:
        async with world.rig() as rig:
            await group_is_gone(silent, rig)

    asyncio.run(go())

    assert before - world.groups == looks


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


def test_a_link_names_dashboard_panel_and_variables() -> None:
    """What does not link to a panel is left out."""
    link = parse_link(LINK)

    assert link is not None
    assert (link.uid, link.panel, link.variables) == ("api", 7, {"service": ["wellness-api"]})
    unfilled = parse_link(f"{LINK}&var-instance={{{{ $labels.instance }}}}")
    assert unfilled == link
    assert parse_link("http://portal/d/api/api?from=now-1h") is None
    assert parse_link("") is None


GETS_WORSE: tuple[tuple[Readings, Readings, WorseDirection], ...] = (
    ({"a": 1.0}, {"a": 1.3}, "higher is worse"),
    ({"a": 1.0}, {"a": 0.5}, "lower is worse"),
    ({"a": 1.0}, {"a": 0.5}, "neither"),
    ({"a": 1.0, "b": 1.0}, {"a": 1.0, "b": 2.0}, "higher is worse"),
    ({"a": 0.0}, {"a": 0.1}, "higher is worse"),
)
DOES_NOT: tuple[tuple[Readings, Readings, WorseDirection], ...] = (
    ({"a": 1.0}, {"a": 1.2}, "higher is worse"),
    ({"a": 1.0}, {"a": 0.5}, "higher is worse"),
    ({"a": 1.0}, {"a": 1.5}, "lower is worse"),
    ({"a": 0.0}, {"a": 0.0}, "higher is worse"),
    ({"a": 0.0}, {"a": 0.005}, "higher is worse"),
    ({}, {"a": 0.0}, "higher is worse"),
    ({}, {"a": 9.0}, "higher is worse"),
    ({"a": 1.0}, {}, "lower is worse"),
    ({"a": 1.0}, {"b": 9.0}, "higher is worse"),
)


@pytest.mark.parametrize(("before", "during", "direction"), GETS_WORSE)
def test_a_panel_moves_when_a_reading_gets_worse(before: Readings, during: Readings, direction: WorseDirection) -> None:
    """By a quarter and a hundredth of the unit at least, in the bad direction."""
    assert moved(before, during, direction)


@pytest.mark.parametrize(("before", "during", "direction"), DOES_NOT)
def test_a_panel_does_not_move_by_getting_better_or_falling_empty(
    before: Readings, during: Readings, direction: WorseDirection
) -> None:
    """Nor by a change of almost nothing, nor when there was no data to compare with."""
    assert not moved(before, during, direction)
