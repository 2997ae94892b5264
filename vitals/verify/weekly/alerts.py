"""The alert review: what fired, how long, who was notified, what flapped, what never fired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vitals.model.conventions import ALERTNAME, OWNER, SERVICE, SEVERITY, Severity
from vitals.rendered import Rendered, names
from vitals.verify.backtest.range_server import BacktestRange
from vitals.verify.backtest.replay import LabelSet
from vitals.verify.routing import answer_as_read
from vitals.verify.weekly.silences import WeekSilence
from vitals.verify.weekly.week import HOUR_S, MINUTE_S, WeekServer

FLAPS = 3
"""Firings of the same alert, each soon after the last, that are flapping: twice is a fault that came back, and by the
third time on-call has learnt to wait for it to go away."""
SOON_S = HOUR_S
"""How soon: within an hour on-call is still at it, so the new notification says nothing new."""
_FIRING = f'count_over_time(ALERTS{{alertstate="firing"}}[{MINUTE_S}s]) > 0'
"""Prometheus writes a sample of ALERTS at each evaluation, so a minute with one is a minute in which it fired, also
where the firing was shorter than the minute. Groups that are evaluated less often leave minutes in between empty."""


@dataclass(frozen=True, slots=True)
class FiringSpan:
    """One firing of one set of labels.

    Attributes:
        labels: What distinguishes it from other firings of the alert, in words.
        start: Unix seconds, to the minute.
        end: Unix seconds, to the minute; the end of the week for one that goes on.
        silenced: Whether a silence covered its beginning; None where no Alertmanager was asked.
    """

    labels: str
    start: int
    end: int
    silenced: bool | None


@dataclass(frozen=True, slots=True)
class AlertWeek:
    """An alert that fired.

    Attributes:
        name: Its name.
        severity: Its urgency.
        service: What it was about.
        owner: The team that owns it.
        channels: Where it was routed to, by the rendered routes.
        firings: Every firing, by time.
        firing_s: Seconds for which any of them lasted.
        flapping: Whether it flapped.
        ongoing: Whether it fires at the end of the week.
    """

    name: str
    severity: str
    service: str
    owner: str
    channels: tuple[str, ...]
    firings: tuple[FiringSpan, ...]
    firing_s: int
    flapping: bool
    ongoing: bool


@dataclass(frozen=True, slots=True)
class SilentAlert:
    """An alert that never fired; ``activations`` says how often its condition held, though not for long enough."""

    name: str
    severity: str
    service: str
    activations: int


async def fired(
    asked: WeekServer, rendered: Rendered, silences: tuple[WeekSilence, ...] | None
) -> tuple[AlertWeek, ...]:
    """Every alert that fired, the most urgent and then the longest first.

    Args:
        asked: Prometheus.
        rendered: Says who is notified.
        silences: Those of the week; None where no Alertmanager was asked.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    week = asked.week
    pauses: dict[tuple[str, ...], int] = defaultdict(int)
    for alert in rendered.model.alerts:
        key = (alert.name, alert.severity, alert.service)
        pauses[key] = max(pauses[key], round(alert.timing.evaluation_s))
    spans: dict[LabelSet, list[tuple[int, int]]] = defaultdict(list)
    minutes = BacktestRange(week.start + MINUTE_S, week.end, MINUTE_S)
    async for piece in asked.server.moments(_FIRING, minutes):
        for labels, moments in piece.items():
            _extend(spans[labels], moments, pauses.get(_rule(labels), MINUTE_S))
    alerts: dict[tuple[str, ...], list[LabelSet]] = defaultdict(list)
    for labels in spans:
        by_name = dict(labels)
        if by_name.get(SEVERITY) != Severity.NONE:
            alerts[tuple(by_name.get(key, "") for key in (ALERTNAME, SEVERITY, SERVICE, OWNER))].append(labels)
    config = rendered.parsed(names.ALERTMANAGER)
    found = []
    for (name, severity, service, owner), members in alerts.items():
        own = {ALERTNAME: name, SEVERITY: severity, SERVICE: service, OWNER: owner}
        firings = [
            FiringSpan(_words(labels, own), start, end, _silenced(silences, dict(labels), start))
            for labels in members
            for start, end in spans[labels]
        ]
        found.append(
            AlertWeek(
                name=name,
                severity=severity,
                service=service,
                owner=owner,
                channels=answer_as_read(config, dict(members[0]), rendered.model.alerts).channels,
                firings=tuple(sorted(firings, key=lambda one: (one.start, one.labels))),
                firing_s=_covered(span for labels in members for span in spans[labels]),
                flapping=any(is_flapping(spans[labels]) for labels in members),
                ongoing=any(
                    spans[labels][-1][1] >= week.end - pauses.get(_rule(labels), MINUTE_S) for labels in members
                ),
            )
        )
    return tuple(sorted(found, key=lambda one: (_urgency(one.severity), -one.firing_s, one.name, one.service)))


async def never_fired(asked: WeekServer, rendered: Rendered, known: Iterable[AlertWeek]) -> tuple[SilentAlert, ...]:
    """Every rendered alert that did not fire, those whose condition held first.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    window = asked.week.window
    active = await asked.now(f"changes(ALERTS_FOR_STATE[{window}]) + 1")
    activations: dict[tuple[str, ...], int] = defaultdict(int)
    for labels, count in active.items():
        activations[_rule(labels)] += round(count)
    seen = {(one.name, one.severity, one.service) for one in known}
    silent = dict.fromkeys(
        (alert.name, alert.severity, alert.service)
        for alert in rendered.model.alerts
        if alert.severity != Severity.NONE
    )
    found = [SilentAlert(*one, activations.get(one, 0)) for one in silent if one not in seen]
    return tuple(sorted(found, key=lambda one: (-one.activations, _urgency(one.severity), one.name, one.service)))


def _rule(labels: LabelSet) -> tuple[str, ...]:
    by_name = dict(labels)
    return tuple(by_name.get(key, "") for key in (ALERTNAME, SEVERITY, SERVICE))


def _extend(spans: list[tuple[int, int]], moments: Iterable[int], pause_s: int) -> None:
    """Add minutes in which an alert fired; one that follows within an evaluation prolongs the last firing."""
    for end in moments:
        start = end - MINUTE_S
        if spans and start - spans[-1][1] <= pause_s:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))


def is_flapping(spans: Iterable[tuple[int, int]]) -> bool:
    """Whether so many firings in a row began soon after the one before had ended.

    Args:
        spans: Begin and end of each firing of one set of labels, in unix seconds and by time.
    """
    row, before = 0, None
    for start, end in spans:
        row = row + 1 if before is not None and start - before <= SOON_S else 1
        if row >= FLAPS:
            return True
        before = end
    return False


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    """Seconds in which any of them lasts."""
    total, until = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, until))
        until = max(until, end)
    return total


def _silenced(silences: tuple[WeekSilence, ...] | None, labels: Mapping[str, str], at: int) -> bool | None:
    return None if silences is None else any(one.covers(labels, at) for one in silences)


def _words(labels: LabelSet, own: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in labels if name not in own and name != "alertstate")


def _urgency(severity: str) -> int:
    order = [one.value for one in Severity]
    return order.index(severity) if severity in order else len(order)
