"""Which channels of a team are notified of an urgency, in which hours and after which time; and that one always is.

Each combination of hours and time is a route of its own with a receiver of its own, and an alert takes all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vitals.errors import VitalsError
from vitals.kit.alerts.intervals import hours_name, zone_of
from vitals.model.catalog import OUT_OF_HOURS, WORKING_HOURS, Environment, Hours, NotificationChannel, Team
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.hours import DAYS, MIDNIGHT
from vitals.model.conventions import Severity

YEAR_BEGINS, DAYS_LOOKED_AT = datetime(2026, 1, 1, tzinfo=UTC), 371
"""Every day of one year and the week after it: the clocks of all zones have changed both ways in it. It is a fixed one,
so that the same catalogue is refused or taken on every day."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Channels of a team that are notified together.

    Attributes:
        severity: Of which urgency.
        during: In which hours; always where it is None.
        after: How long an alert must have fired first; at once where it is None.
        channels: The channels.
    """

    severity: Severity
    during: Hours | str | None
    after: str | None
    channels: tuple[NotificationChannel, ...]

    def receiver_name(self, team: Team, environment: Environment) -> str:
        """The name of its receiver."""
        during = hours_name(self.during, zone_of(team, environment)) if isinstance(self.during, Hours) else self.during
        after = f"after-{self.after}" if self.after else None
        return "-".join(part for part in (team.name, self.severity.value, during, after) if part)


def on_call(severity: Severity, channels: tuple[NotificationChannel, ...], zone: str) -> tuple[OnCall, ...]:
    """Channels for one urgency, together as they are notified; those that hear at once and always are first."""
    groups: dict[tuple[str | None, str | None], list[NotificationChannel]] = {}
    for channel in channels:
        # By name, for hours that leave their zone to the team may be those that another channel names.
        during = hours_name(channel.during, zone) if isinstance(channel.during, Hours) else channel.during
        groups.setdefault((during, channel.after), []).append(channel)
    found = [OnCall(severity, those[0].during, after, tuple(those)) for (_, after), those in groups.items()]
    return tuple(sorted(found, key=lambda one: (one.after is not None, one.during is not None)))


def check_pages_are_heard(team: Team, groups: tuple[OnCall, ...], working: Hours, environment: Environment) -> None:
    """Refuse a team that hears of no page at some time of the year.

    Args:
        team: The team.
        groups: Its channels for pages.
        working: Its working hours.
        environment: Whose zone a team without one takes.

    Raises:
        VitalsError: It names the first moment at which no channel is notified at once.
    """
    zone = zone_of(team, environment)
    at_once = [group for group in groups if group.after is None]
    if any(group.during is None for group in at_once):
        return
    shifts = [_Shift.of(group.during, working, zone) for group in at_once]
    if not shifts:
        raise EntryError(
            team,
            ": no channel is notified of a page (critical) when it fires. Give it one without "
            "`after` that takes 'critical'.",
        )
    gaps = [moment for moment in _boundaries(shifts) if not _covered(shifts, moment)]
    if gaps:
        begins = (moment for moment in gaps if _covered(shifts, moment - timedelta(minutes=1)))
        here = next(begins, gaps[0]).astimezone(ZoneInfo(zone))
        raise EntryError(
            team,
            f": from {here:%A %H:%M} {zone} on no channel is notified of a page (critical), so it "
            f"would wait until the next one is on call (found for {here:%Y-%m-%d}; clocks change within a year). Close "
            "the gap, or give the team one channel without `during`.",
        )


@dataclass(frozen=True, slots=True)
class _Shift:
    """Hours by the clock of a zone, or what is outside them."""

    hours: Hours
    zone: ZoneInfo
    outside: bool

    @classmethod
    def of(cls, during: Hours | str | None, working: Hours, zone: str) -> _Shift:
        if isinstance(during, Hours):
            return cls(during, ZoneInfo(during.time_zone or zone), outside=False)
        if during not in (WORKING_HOURS, OUT_OF_HOURS):
            raise VitalsError(
                f"{during!r} does not say hours. Write Hours(...), {WORKING_HOURS!r} or {OUT_OF_HOURS!r}."
            )
        return cls(working, ZoneInfo(zone), outside=during == OUT_OF_HOURS)

    def holds(self, at: datetime) -> bool:
        here = at.astimezone(self.zone)
        clock, day = f"{here:%H:%M}", DAYS[here.weekday()]
        within = any(day in days and begin <= clock < end for days, begin, end in self.hours.within_a_day)
        return within != self.outside

    def edges(self) -> Iterator[time]:
        for _, begin, end in self.hours.within_a_day:
            yield from (time.fromisoformat(edge) for edge in (begin, end) if edge != MIDNIGHT)
        yield time(0)


def _covered(shifts: Iterable[_Shift], moment: datetime) -> bool:
    return any(shift.holds(moment) for shift in shifts)


def _boundaries(shifts: list[_Shift]) -> list[datetime]:
    """Each moment at which hours of one begin or end, in order: between two of them nothing changes."""
    zones = [shift.zone for shift in shifts]
    moments = {
        datetime.combine(day, edge, shift.zone).replace(fold=fold).astimezone(UTC)
        for day in _different_days(zones)
        for shift in shifts
        for edge in shift.edges()
        for fold in (0, 1)
    }
    return sorted(moments)


def _different_days(zones: list[ZoneInfo]) -> Iterator[date]:
    """Of the days on which the clocks of all zones stand to each other in the same way, each day of the week once."""
    seen = set()
    for count in range(DAYS_LOOKED_AT):
        begin = YEAR_BEGINS + timedelta(days=count)
        clocks = tuple((begin + timedelta(days=day)).astimezone(zone).utcoffset() for zone in zones for day in (0, 1))
        if (begin.weekday(), clocks) not in seen:
            seen.add((begin.weekday(), clocks))
            yield begin.date()
