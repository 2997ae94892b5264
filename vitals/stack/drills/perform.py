"""Performing a drill: inject, watch it travel to the people, put it back, watch that they hear that too.

Times come from the real clock: the fault's from this process, a delivery's from the receiver that got it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import get_args

import httpx

from vitals.errors import VitalsError
from vitals.portal.feeds import Channel, Delivery, DeliveryStatus
from vitals.portal.prometheus import QueryError
from vitals.stack.drills.drill import Drill, Outcome
from vitals.stack.drills.movement import (
    PanelLink,
    Readings,
    linked_panels,
    moved,
    panel_of,
    parse_link,
    read_panel,
    worse_on,
)
from vitals.stack.drills.rig import Rig
from vitals.stack.metrics_api import alertmanager_knows
from vitals.stack.rendered_model import Worse

LOOK_EVERY_S = 0.2
PANEL_WITHIN_S = 60.0
GONE_WITHIN_S = 900.0


class _NotAsExpectedError(Exception):
    """What the drill was about did not happen; the message says what, for a person."""


async def perform(drill: Drill, rig: Rig, say: Callable[[str], None]) -> Outcome:
    """Run one drill once.

    Args:
        drill: What to do.
        rig: The running stack.
        say: Told what happens, one short line each.

    Returns:
        The outcome, with its ``problem`` set when something was not as it must be or could not be done.
    """
    run = _Run(drill, rig, say)
    say(f"{drill.name}: {drill.means}")
    try:
        await (run.silence() if drill.alert is None else run.alert(drill.alert))
    except (_NotAsExpectedError, VitalsError, QueryError, httpx.HTTPError) as error:
        problem = str(error) or repr(error)
        say(f"{drill.name}: {problem}")
        return run.outcome(problem)
    return run.outcome(None)


class _Run:
    def __init__(self, drill: Drill, rig: Rig, say: Callable[[str], None]) -> None:
        self._drill = drill
        self._rig = rig
        self._say = say
        self._link = ""
        self._cleared = 0.0
        self._fired: float | None = None
        self._notified: dict[Channel, float | None] = dict.fromkeys(get_args(Channel))
        self._resolved: float | None = None

    def outcome(self, problem: str | None) -> Outcome:
        return Outcome(
            drill=self._drill.name,
            alert=self._drill.alert,
            severity=self._drill.severity,
            fired_after_s=self._fired,
            notified_after_s=self._notified,
            resolved_after_s=self._resolved,
            expected=self._drill.expected,
            problem=problem,
        )

    async def silence(self) -> None:
        begun = time.time()
        async with self._injected():
            self._say(f"watching for {self._drill.within_s:.0f} s that nobody is paged")
            await asyncio.sleep(self._drill.within_s)
        self._no_page_since(begun)

    async def alert(self, name: str) -> None:
        rig, drill = self._rig, self._drill
        channels = rig.model.channels_of(name, drill.severity or "")
        shown = [panel_of(signal, drill.service, rig.model) for signal in drill.panels]
        before = await self._readings_before([*await linked_panels(name, drill.service, rig), *shown])
        begun = time.time()
        async with self._injected():
            deadline = begun + drill.within_s
            await _until(lambda: self._is_firing(name), deadline, f"{name} did not fire within {drill.within_s:.0f} s")
            self._fired = round(time.time() - begun, 2)
            self._say(f"{name} fires after {self._fired} s")
            times = await self._all_told(channels, "firing", begun, deadline)
            told = {channel: round(at - begun, 2) for channel, at in times.items()}
            self._notified |= told
            self._say(", ".join(f"{channel} after {after} s" for channel, after in told.items()))
            await self._panels_get_worse([self._linked(), *shown], before)
        cleared = self._cleared
        self._say("the fault is cleared; waiting for the good news")
        times = await self._all_told(channels, "resolved", cleared, cleared + drill.resolved_within_s)
        self._resolved = round(max(times.values()) - cleared, 2)
        self._say(f"everybody knows that it is over after {self._resolved} s")
        if drill.expected != "page":
            self._no_page_since(begun)

    @asynccontextmanager
    async def _injected(self) -> AsyncIterator[None]:
        try:
            await self._drill.injection.begin(self._rig)
            yield
        finally:
            self._cleared = time.time()
            await self._drill.injection.end(self._rig)

    async def _is_firing(self, name: str) -> bool:
        firing = await self._rig.prometheus.firing(name, self._drill.severity or "")
        ours = [alert for alert in firing if alert.labels.get("service") == self._drill.service]
        self._link = ours[0].annotations.get("dashboard_url", "") if ours else ""
        return bool(ours)

    async def _all_told(
        self, channels: Iterable[Channel], status: DeliveryStatus, since: float, deadline: float
    ) -> dict[Channel, float]:
        wanted = set(channels)
        times: dict[Channel, float] = {}

        async def told() -> bool:
            for delivery in self._rig.deliveries(since):
                if delivery.status == status and _is_about(delivery, self._drill):
                    times.setdefault(delivery.channel, delivery.at)
            return wanted <= times.keys()

        def missing() -> str:
            return f"no word of {status} reached {', '.join(sorted(wanted - times.keys()))} in its time"

        await _until(told, deadline, missing)
        return {channel: at for channel, at in sorted(times.items()) if channel in wanted}

    async def _readings_before(self, links: Iterable[PanelLink]) -> Mapping[str, Readings]:
        """Read the panels, and wait for those that have no data yet."""
        before: dict[str, Readings] = {}

        for link in links:

            async def has_data(link: PanelLink = link) -> bool:
                before[link.name] = await read_panel(link, self._rig)
                return bool(before[link.name])

            problem = f"panel {link.name} has no data before the fault, so it could not show it"
            await _until(has_data, time.time() + PANEL_WITHIN_S, problem)
        return before

    def _linked(self) -> PanelLink:
        link = parse_link(self._link)
        if link is None:
            raise _NotAsExpectedError(f"the alert links to no panel: {self._link or 'it has no dashboard_url'}")
        return link

    async def _panels_get_worse(self, links: Iterable[PanelLink], before: Mapping[str, Readings]) -> None:
        deadline = time.time() + PANEL_WITHIN_S
        for link in links:
            worse = worse_on(link, self._rig.model)

            async def got_worse(link: PanelLink = link, worse: Worse = worse) -> bool:
                return moved(before[link.name], await read_panel(link, self._rig), worse)

            await _until(got_worse, deadline, f"panel {link.name} did not get worse")

    def _no_page_since(self, begun: float) -> None:
        told = self._rig.deliveries(begun)
        pages = [page for page in told if (page.channel, page.status) == ("pagerduty", "firing")]
        pages = [page for page in pages if not _is_only_about(page, self._rig.not_run_here)]
        if pages:
            raise _NotAsExpectedError(f"somebody was paged: {pages[0].summary}")


def _is_about(delivery: Delivery, drill: Drill) -> bool:
    return any(entry.name == drill.alert and entry.service in {"", drill.service} for entry in delivery.alerts)


def _is_only_about(delivery: Delivery, services: Collection[str]) -> bool:
    return bool(delivery.alerts) and all(entry.service in services for entry in delivery.alerts)


async def group_is_gone(drill: Drill, rig: Rig) -> None:
    """Wait until Alertmanager has forgotten the drill's alert, so that the next one is news to everybody.

    Raises:
        VitalsError: It still knows it after ``GONE_WITHIN_S`` seconds.
    """
    if drill.alert is None:
        return
    deadline = time.time() + GONE_WITHIN_S
    while await alertmanager_knows(rig.addresses.alertmanager, rig.client, drill.alert):
        if time.time() > deadline:
            raise VitalsError(f"Alertmanager still holds {drill.alert}, so {drill.name} would prove nothing now.")
        await asyncio.sleep(1.0)


async def _until(condition: Callable[[], Awaitable[bool]], deadline: float, otherwise: str | Callable[[], str]) -> None:
    """Look until the condition holds or the deadline (unix seconds) has passed."""
    while True:
        try:
            if await condition():
                return
        except (httpx.HTTPError, QueryError):
            pass  # a part that is restarted by the drill does not answer for a moment
        if time.time() > deadline:
            raise _NotAsExpectedError(otherwise if isinstance(otherwise, str) else otherwise())
        await asyncio.sleep(LOOK_EVERY_S)
