"""Performing a drill: inject, watch it travel to the people, put it back, watch that they hear that too.

Times come from the real clock: the fault's from this process, a delivery's from the receiver that got it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import NamedTuple

import httpx

from vitals.errors import VitalsError
from vitals.local.portal.interfaces import Delivery, DeliveryStatus
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.deadman import WATCHDOG
from vitals.local.stack.metrics_api import alertmanager_knows
from vitals.model.conventions import ALERTNAME, SERVICE, SEVERITY, Severity
from vitals.rendered import Channel, WorseDirection
from vitals.verify.drills.budget import LONGEST_TO_RESOLVE_S, DrillBudget, budget_of
from vitals.verify.drills.drill import Drill, Outcome
from vitals.verify.drills.habits import known_past
from vitals.verify.drills.hours import require_sent
from vitals.verify.drills.injections import NotPossibleHereError, injected
from vitals.verify.drills.panel_change import (
    PanelLink,
    Readings,
    linked_panels,
    moved,
    panel_of,
    parse_link,
    read_panel,
    worse_on,
)
from vitals.verify.drills.stack_client import StackClient
from vitals.verify.drills.until import NotAsExpectedError, until

PANEL_WITHIN_S = 60.0
GONE_WITHIN_S = LONGEST_TO_RESOLVE_S + 60.0
"""Seconds in which what an earlier drill left must be forgotten: its resolved notification, and the next sweeps."""


async def perform(
    drill: Drill, stack: StackClient, say: Callable[[str], None], beside: Sequence[Drill] = ()
) -> Outcome:
    """Run one drill once.

    Args:
        drill: What to do.
        stack: The running stack.
        say: Called with what happens, one short line each.
        beside: The drills that run at the same time; their pages are theirs.

    Returns:
        The outcome, with its ``problem`` set when something was not as it must be or could not be done.
    """

    def report(line: str) -> None:
        say(f"{drill.name}: {line}")

    run = _Run(drill, stack, report, beside)
    report(drill.description)
    try:
        await run.all()
    except NotPossibleHereError as error:
        report(f"skipped, because {error}")
        return run.outcome(skipped=str(error))
    except (NotAsExpectedError, VitalsError, QueryError, httpx.HTTPError) as error:
        problem = str(error) or repr(error)
        report(problem)
        return run.outcome(problem=problem)
    return run.outcome()


class _Before(NamedTuple):
    """What a panel showed before the fault, and how it was asked; it is asked alike afterwards, to be compared."""

    link: PanelLink
    readings: Readings


class _Run:
    def __init__(self, drill: Drill, stack: StackClient, say: Callable[[str], None], beside: Sequence[Drill]) -> None:
        self._drill = drill
        self._expected = _pages_of((drill, *beside))
        self._budget: DrillBudget | None = None
        self._stack = stack
        self._say = say
        self._link = ""
        self._over = 0.0, 0.0
        """When the end of the fault began, and when everything was back (unix seconds)."""
        self._fired: float | None = None
        self._notified: dict[Channel, float | None] = dict.fromkeys(stack.model.every_channel)
        self._resolved: float | None = None

    def outcome(self, *, skipped: str | None = None, problem: str | None = None) -> Outcome:
        budget = self._budget
        return Outcome(
            drill=self._drill.name,
            family=self._drill.family,
            alert=self._drill.alert,
            severity=self._drill.severity,
            within_s=budget.within_s if budget else None,
            fired_after_s=self._fired,
            notified_after_s=self._notified,
            resolved_within_s=budget.resolved_within_s if budget and self._drill.end_awaited else None,
            resolved_after_s=self._resolved,
            expected=self._drill.expected,
            skipped=skipped,
            problem=problem,
        )

    async def all(self) -> None:
        self._budget = budget_of(self._drill, self._stack.model, self._stack.heartbeat)
        require_sent(self._drill, self._stack)
        await known_past(self._drill, self._stack, self._say)
        await group_is_gone(self._drill, self._stack)
        match self._drill.alert:
            case None:
                await self._silence(self._budget)
            case alert if self._drill.expected == "alarm":
                await self._alarm(alert, self._budget)
            case alert:
                await self._alert(alert, self._budget)

    async def _silence(self, budget: DrillBudget) -> None:
        begun = time.time()
        async with self._injected():
            self._say(f"watching {budget.within_s:.0f} s for pages, none expected")
            await asyncio.sleep(budget.within_s)
        self._no_page_since(begun)

    async def _alarm(self, name: str, budget: DrillBudget) -> None:
        heartbeat = self._stack.heartbeat
        if heartbeat is None or heartbeat.heard_at is None or heartbeat.missing_since is not None:
            raise NotAsExpectedError("no Watchdog heartbeat before the fault, so a missing one would prove nothing")
        begun = time.time()
        async with self._injected():
            times = await self._all_notified(("deadman",), "firing", begun, begun + budget.within_s)
            self._fired = round(times["deadman"] - begun, 2)
            self._notified["deadman"] = self._fired
            self._say(f"dead man's switch alarm, no {name} heartbeat, after {self._fired} s")
        await self._good_news(("deadman",), budget)

    async def _alert(self, name: str, budget: DrillBudget) -> None:
        stack, drill = self._stack, self._drill
        channels = stack.model.channels_of(name, drill.severity or "")
        if await self._is_firing(name):
            raise NotAsExpectedError(f"{name} was firing before the injection, so the drill would prove nothing")
        shown = [panel_of(signal, drill.service, stack.model) for signal in drill.panels]
        before = await self._readings_before([*await linked_panels(name, drill.service, stack), *shown])
        async with injected(drill.beforehand, stack) if drill.beforehand else nullcontext():
            begun = time.time()
            async with self._injected():
                deadline = begun + budget.within_s
                await until(
                    lambda: self._is_firing(name), deadline, f"{name} did not fire within {budget.within_s:.0f} s"
                )
                self._fired = round(time.time() - begun, 2)
                self._say(f"{name} firing after {self._fired} s")
                await self._panels_get_worse([self._linked(), *shown], before)
                times = await self._all_notified(channels, "firing", begun, deadline)
                notified = {channel: round(at - begun, 2) for channel, at in times.items()}
                self._notified |= notified
                self._say("notified: " + ", ".join(f"{channel} after {after} s" for channel, after in notified.items()))
        if drill.end_awaited:
            await self._good_news(channels, budget)
        if drill.expected == "notify":
            self._no_page_since(begun, about=drill.service)

    async def _good_news(self, channels: Sequence[Channel], budget: DrillBudget) -> None:
        over, whole = self._over
        self._say("fault cleared; waiting for the resolved notifications")
        times = await self._all_notified(channels, "resolved", over, whole + budget.resolved_within_s)
        self._resolved = round(max(0.0, max(times.values()) - whole), 2)
        self._say(f"all receivers notified that it is resolved after {self._resolved} s")

    @asynccontextmanager
    async def _injected(self) -> AsyncIterator[None]:
        async with injected(self._drill.injection, self._stack):
            yield
            over = time.time()
        self._over = over, time.time()

    async def _is_firing(self, name: str) -> bool:
        firing = await self._stack.prometheus.firing(name, self._drill.severity or "")
        ours = [alert for alert in firing if alert.labels.get(SERVICE) == self._drill.service]
        self._link = ours[0].annotations.get("dashboard_url", "") if ours else ""
        return bool(ours)

    async def _all_notified(
        self, channels: Iterable[Channel], status: DeliveryStatus, since: float, deadline: float
    ) -> dict[Channel, float]:
        wanted = set(channels)
        times: dict[Channel, float] = {}

        async def notified() -> bool:
            for delivery in self._stack.deliveries(since):
                if delivery.status == status and delivery.at <= deadline and _is_about(delivery, self._drill):
                    times.setdefault(delivery.channel, delivery.at)
            return wanted <= times.keys()

        def missing() -> str:
            return f"no {status} notification on {', '.join(sorted(wanted - times.keys()))} in time"

        await until(notified, deadline, missing)
        return {channel: at for channel, at in sorted(times.items()) if channel in wanted}

    async def _readings_before(self, links: Iterable[PanelLink]) -> Mapping[str, _Before]:
        """Read the panels, and wait for those that have no data yet."""
        before: dict[str, _Before] = {}

        for link in links:

            async def has_data(link: PanelLink = link) -> bool:
                before[link.name] = _Before(link, await read_panel(link, self._stack))
                return bool(before[link.name].readings)

            problem = f"panel {link.name} has no data before the fault, so it could not show it"
            await until(has_data, time.time() + PANEL_WITHIN_S, problem)
        return before

    def _linked(self) -> PanelLink:
        link = parse_link(self._link)
        if link is None:
            raise NotAsExpectedError(f"the alert links to no panel: {self._link or 'it has no dashboard_url'}")
        return link

    async def _panels_get_worse(self, links: Iterable[PanelLink], before: Mapping[str, _Before]) -> None:
        deadline = time.time() + PANEL_WITHIN_S
        for link in links:
            direction = worse_on(link, self._stack.model)

            async def got_worse(was: _Before = before[link.name], direction: WorseDirection = direction) -> bool:
                return moved(was.readings, await read_panel(was.link, self._stack), direction)

            await until(got_worse, deadline, f"panel {link.name} did not get worse")

    def _no_page_since(self, begun: float, about: str | None = None) -> None:
        """Fail if a page was sent for what was not injected: about one service, or about anything if it is None."""
        notified = self._stack.deliveries(begun)
        pages = [page for page in notified if (page.channel, page.status) == ("pagerduty", "firing")]
        pages = [page for page in pages if not _is_only_about(page, self._stack.not_run_here)]
        pages = [page for page in pages if not _is_only_of(page, self._expected)]
        if about is not None:
            pages = [page for page in pages if any(entry.service == about for entry in page.alerts)]
        if pages:
            raise NotAsExpectedError(f"unexpected page: {pages[0].summary}")


def _pages_of(drills: Iterable[Drill]) -> set[tuple[str, str]]:
    """The alerts, by name and service, whose pages are what was injected."""
    return {(alert, drill.service) for drill in drills for alert in (drill.alert, *drill.follows) if alert is not None}


def _is_about(delivery: Delivery, drill: Drill) -> bool:
    if drill.alert == WATCHDOG:
        return delivery.channel == "deadman"
    return any(entry.name == drill.alert and entry.service in {"", drill.service} for entry in delivery.alerts)


def _is_only_about(delivery: Delivery, services: Collection[str]) -> bool:
    return bool(delivery.alerts) and all(entry.service in services for entry in delivery.alerts)


def _is_only_of(delivery: Delivery, alerts: Collection[tuple[str, str]]) -> bool:
    return bool(delivery.alerts) and all((entry.name, entry.service) in alerts for entry in delivery.alerts)


async def group_is_gone(drill: Drill, stack: StackClient) -> None:
    """Wait until Alertmanager has forgotten the drill's alert, so that the next one is new to every receiver.

    Where no page is expected, every page of the service must be forgotten: it would be taken for one of the drill.

    Raises:
        VitalsError: It still knows one after ``GONE_WITHIN_S`` seconds.
    """
    if drill.expected == "alarm":
        return
    what = drill.alert or f"a page of {drill.service}"
    deadline = time.time() + GONE_WITHIN_S
    while await alertmanager_knows(stack.addresses.alertmanager, stack.client, lambda labels: _is_left(drill, labels)):
        if time.time() > deadline:
            raise VitalsError(f"Alertmanager still holds {what}, which fires without the drill.")
        await asyncio.sleep(1.0)


def _is_left(drill: Drill, labels: Mapping[str, str]) -> bool:
    """Whether an alert, by its labels, is what an earlier drill left and this one would take for its own."""
    if drill.alert is None:
        return labels.get(SERVICE) == drill.service and labels.get(SEVERITY) == Severity.CRITICAL
    return labels[ALERTNAME] == drill.alert
