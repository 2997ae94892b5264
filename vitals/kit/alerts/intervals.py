"""The time intervals of Alertmanager: outside a team's working hours, hours on call, planned maintenance.

Every part of one names its zone, as the default is UTC; an empty list means "always" to Alertmanager, so a part that
would hold at no time is left out. Reference: https://prometheus.io/docs/alerting/latest/configuration/#time_interval.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import datetime, timedelta

from vitals.model.catalog import OUT_OF_HOURS, Environment, Hours, MaintenanceWindow, Team
from vitals.model.catalog.hours import DAYS, MIDNIGHT

Interval = dict[str, object]


def zone_of(team: Team, environment: Environment) -> str:
    """Whose clock a team's hours follow."""
    return team.time_zone or environment.time_zone


def out_of_hours_name(team: Team, environment: Environment) -> str:
    """The interval outside a team's working hours: of the environment, or the team's own."""
    own = team.working_hours or zone_of(team, environment) != environment.time_zone
    return f"{OUT_OF_HOURS}-{team.name}" if own else OUT_OF_HOURS


def out_of_hours(name: str, hours: Hours, zone: str) -> Interval:
    """The interval outside some working hours."""
    parts: list[Interval] = []
    if hours.begin < hours.end:
        free = [day for day in DAYS if day not in hours.chosen_days]
        night = [
            {"start_time": begin, "end_time": end}
            for begin, end in (("00:00", hours.begin), (hours.end, MIDNIGHT))
            if begin != end
        ]
        parts += [{"weekdays": free, "location": zone}] if free else []
        parts += [{"times": night, "location": zone}] if night else []
    else:
        parts += [
            {
                "weekdays": list(days),
                "times": [{"start_time": begin, "end_time": end} for begin, end in times],
                "location": zone,
            }
            for days, times in hours.outside
        ]
    return {"name": name, "time_intervals": parts}


def hours_name(hours: Hours, zone: str) -> str:
    """The name of hours of a channel, the same wherever they are the same."""
    days = [DAYS.index(day) for day in hours.chosen_days]
    run = len(days) > 2 and days == list(range(days[0], days[-1] + 1))  # noqa: PLR2004 two are named
    shown = f"{DAYS[days[0]]}-to-{DAYS[days[-1]]}" if run else "-".join(DAYS[day] for day in days)
    clock = f"{hours.begin}-{hours.end}".replace(":", "")
    return f"{shown}-{clock}-{(hours.time_zone or zone).lower().replace('/', '-').replace('_', '-')}"


def hours_interval(hours: Hours, zone: str) -> Interval:
    """The interval in which a channel is on call."""
    location = hours.time_zone or zone
    return {
        "name": hours_name(hours, zone),
        "time_intervals": [
            {"weekdays": list(days), "times": [{"start_time": begin, "end_time": end}], "location": location}
            for days, begin, end in hours.within_a_day
        ],
    }


def maintenance_name(window: MaintenanceWindow) -> str:
    """The name of a window's interval."""
    return f"maintenance-{window.name}"


def maintenance_interval(window: MaintenanceWindow) -> Interval:
    """The interval of a window: dates with their year, in UTC, so that it holds once and never again."""
    parts = [
        {
            "years": [str(begin.year)],
            "months": [calendar.month_name[begin.month].lower()],
            "days_of_month": [str(begin.day)],
            "times": [
                {"start_time": f"{begin:%H:%M}", "end_time": MIDNIGHT if end.date() > begin.date() else f"{end:%H:%M}"}
            ],
            "location": "UTC",
        }
        for begin, end in _days_of(window.begins, window.ends)
    ]
    return {"name": maintenance_name(window), "time_intervals": parts}


def _days_of(begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while begin < end:
        midnight = begin.replace(hour=0, minute=0) + timedelta(days=1)
        yield begin, min(midnight, end)
        begin = midnight
