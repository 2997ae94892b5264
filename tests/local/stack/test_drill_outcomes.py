"""Drills that are skipped, that run beside others, and the one that only the dead man's switch can notify."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from tests.local.stack.small_world import ROUTING, SmallWorld
from vitals.local.portal.interfaces import DeliveredAlert, Delivery, DeliveryStatus
from vitals.local.processes.record import own_process_id
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.state import Heartbeat, StackState
from vitals.verify.drills.drill import Drill, Outcome
from vitals.verify.drills.hours import require_sent
from vitals.verify.drills.injections import DemoFault, NotPossibleHereError
from vitals.verify.drills.perform import perform
from vitals.verify.drills.registry import choose
from vitals.verify.drills.stack_client import StackClient

(OUTAGE, DOWN) = choose(["api-outage", "alertmanager-down"])
SILENT = Drill(
    name="quiet", family="quiet", service="other", description="nothing",
    injection=DemoFault("outage"), touches=("quiet",),
    expected="silence", watched_s=0.2,
)  # fmt: skip


@pytest.fixture
def world(folder: RunFolder) -> SmallWorld:
    """A world in which everything goes as it should."""
    return SmallWorld(folder)


def run(world: SmallWorld, drill: Drill, beside: tuple[Drill, ...] = ()) -> Outcome:
    """Perform a drill in the small world."""

    async def go() -> Outcome:
        async with world.rig() as rig:
            return await perform(drill, rig, lambda _: None, beside)

    return asyncio.run(go())


@dataclass(frozen=True)
class Forbidden:
    """What this machine does not allow."""

    async def begin(self, rig: StackClient) -> None:
        """Say so."""
        raise NotPossibleHereError(f"nothing can be mounted in {rig.folder.root.name}")

    async def end(self, rig: StackClient) -> None:
        """There is nothing to put back."""


MUTED = {
    "route": {**ROUTING["route"], "routes": [{"receiver": "platform", "mute_time_intervals": ["out-of-hours"]}]},
    "receivers": ROUTING["receivers"],
    "time_intervals": [
        {"name": "out-of-hours", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "07:00"}]}]}
    ],
}


@pytest.mark.parametrize(("hour", "sent"), [(6, False), (7, True)])
def test_what_the_hour_holds_back_is_not_waited_for(world: SmallWorld, hour: int, *, sent: bool) -> None:
    """Before anything is injected, with the hours in words; the same alert is waited for at another hour."""
    world.routing = MUTED

    async def go() -> None:
        async with world.rig() as rig:
            require_sent(OUTAGE, rig, datetime(2026, 11, 30, hour, tzinfo=UTC))

    if sent:
        asyncio.run(go())
        return
    with pytest.raises(NotPossibleHereError, match=r"ServiceOutage .* muted by out-of-hours: 00:00-07:00 UTC"):
        asyncio.run(go())


def test_a_drill_whose_alert_is_muted_is_skipped(world: SmallWorld) -> None:
    """It is neither a failure nor a success, and nothing was done to the platform."""
    (interval,) = MUTED["time_intervals"]
    world.routing = {**MUTED, "time_intervals": [{**interval, "time_intervals": [{}]}]}

    outcome = run(world, OUTAGE)

    assert outcome.problem is None
    assert "is notified at this hour" in (outcome.skipped or "")
    assert world.controlled == []
    assert world.faults == set()


def test_what_the_machine_does_not_allow_is_skipped_with_the_reason(world: SmallWorld) -> None:
    """It is neither a failure nor a success: the outcome says why."""
    outcome = run(world, replace(OUTAGE, injection=Forbidden()))

    assert (outcome.skipped, outcome.problem) == ("nothing can be mounted in run", None)
    assert outcome.fired_after_s is None


def test_a_page_belongs_to_the_drill_that_runs_beside(world: SmallWorld) -> None:
    """The quiet one is not failed by it; by a page that no drill injected it is."""
    assert run(world, SILENT, (SILENT, OUTAGE)).problem is None
    world.folder.clear()
    assert "unexpected page" in (run(world, SILENT, (SILENT,)).problem or "")
    world.folder.clear()
    follows = replace(SILENT, service="wellness-api", follows=("ServiceOutage",))
    assert run(world, follows).problem is None


@dataclass(frozen=True)
class Paged:
    """The outage, and a page about a service that is none of its consequences."""

    about: str

    async def begin(self, rig: StackClient) -> None:
        """Page, and switch the fault on."""
        alerts = (DeliveredAlert(name="Slow", service=self.about),)
        page = Delivery(
            channel="pagerduty", receiver="x", at=time.time(), status="firing", alerts=alerts, summary="Slow"
        )
        Inbox(rig.folder.deliveries, pytest.fail).add(page)
        await OUTAGE.injection.begin(rig)

    async def end(self, rig: StackClient) -> None:
        """Switch it off."""
        await OUTAGE.injection.end(rig)


def test_only_a_page_about_its_own_service_fails_a_drill_that_expects_a_notice(world: SmallWorld) -> None:
    """A machine may be slow for other reasons; a drill that expects a notice answers for the service that was hurt."""

    async def go(service: str) -> str:
        async with world.rig() as rig:
            drill = replace(OUTAGE, expected="notify", injection=Paged(service))
            return (await perform(drill, rig, lambda _: None)).problem or ""

    assert "unexpected page: Slow" in asyncio.run(go("wellness-api"))
    world.folder.clear()
    assert asyncio.run(go("elsewhere")) == ""


def test_an_alert_that_fires_before_the_fault_proves_nothing(world: SmallWorld) -> None:
    """Nothing is injected then."""
    world.faults.add("another one's")

    outcome = run(world, OUTAGE)

    assert "was firing before the injection" in (outcome.problem or "")
    assert world.faults == {"another one's"}


@dataclass(frozen=True)
class Silenced:
    """Alertmanager gone, as the dead man's switch sees it."""

    misses: bool = True

    async def begin(self, rig: StackClient) -> None:
        """The alarm."""
        if self.misses:
            _tell(rig, "firing")

    async def end(self, rig: StackClient) -> None:
        """The heartbeat again."""
        if self.misses:
            _tell(rig, "resolved")


def _tell(rig: StackClient, status: DeliveryStatus) -> None:
    alerts = (DeliveredAlert(name="Watchdog"),)
    delivery = Delivery(channel="deadman", receiver="x", at=time.time(), status=status, alerts=alerts)
    Inbox(rig.folder.deliveries, pytest.fail).add(delivery)


def _alarm(world: SmallWorld, *, misses: bool = True, heard: bool = True) -> Outcome:
    heartbeat = Heartbeat(every_s=0.1, patience_s=0.2, heard_at=time.time() if heard else None)
    state = StackState(run_id="r", supervisor=own_process_id(), started_at=1.0, control_token="t", heartbeat=heartbeat)
    state.save(world.folder.state)
    return run(world, replace(DOWN, service="wellness-api", alert="Watchdog", injection=Silenced(misses)))


def test_the_alarm_of_the_dead_mans_switch_is_what_is_waited_for(world: SmallWorld) -> None:
    """It is notified on no other channel, within its patience, and its end too."""
    world.alert = "Watchdog"

    outcome = _alarm(world)

    assert outcome.problem is None
    assert [channel for channel, after in outcome.notified_after_s.items() if after is not None] == ["deadman"]
    assert outcome.within_s == pytest.approx(2.2)
    assert outcome.resolved_after_s is not None


def test_a_switch_that_misses_nothing_fails_the_drill(world: SmallWorld) -> None:
    """And so does one that never heard anything, before anything is done."""
    world.alert = "Watchdog"

    assert "no firing notification on deadman" in (_alarm(world, misses=False).problem or "")
    assert "no Watchdog heartbeat before the fault" in (_alarm(world, heard=False).problem or "")
