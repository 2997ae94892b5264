"""Time intervals of Alertmanager: in words, and whether one holds at a moment, by the clock of its own zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vitals.errors import VitalsError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_READ = {"weekdays", "times", "location"}
"""What ``vitals render`` writes into an interval."""


def parse_moment(text: str) -> datetime:
    """Read a moment that is written with its offset, such as ``2026-07-01T16:00Z``.

    Raises:
        VitalsError: It is not one, or it has no offset.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise VitalsError(
            f"{text!r} is not a moment, so what holds then cannot be said. Write it with its offset, such as "
            "2026-07-01T16:00Z or 2026-07-01T09:00-07:00."
        )
    return found


def in_words(interval: Mapping[str, Any]) -> str:
    """Say when a named time interval holds: ``saturday, sunday; 00:00-07:00, 19:00-24:00 Europe/Berlin``."""
    parts = interval["time_intervals"]
    zones = {part.get("location", "UTC") for part in parts}
    if len(zones) > 1:
        return "; ".join(f"{_one(part)} {part.get('location', 'UTC')}" for part in parts)
    return f"{'; '.join(map(_one, parts))} {''.join(zones)}"


def _one(part: Mapping[str, Any]) -> str:
    times = [f"{time['start_time']}-{time['end_time']}" for time in part.get("times", ())]
    dates = [
        ", ".join(map(str, part[key])) for key in ("weekdays", "days_of_month", "months", "years") if part.get(key)
    ]
    return " ".join(text for text in (*dates, ", ".join(times)) if text) or "always"


def holds(interval: Mapping[str, Any], at: datetime) -> bool:
    """Whether a named interval holds at a moment, as Alertmanager computes it.

    Args:
        interval: Of a parsed ``alertmanager.yml``.
        at: A moment with a time zone.

    Raises:
        VitalsError: The interval says more than ``vitals render`` writes, or names a zone that is not known here.
    """
    for part in interval["time_intervals"]:
        if unread := set(part) - _READ:
            raise VitalsError(
                f"The time interval {interval['name']!r} has {', '.join(sorted(unread))}, which is not written by "
                "`vitals render` and not read here, so whether it mutes now cannot be said. Render again."
            )
    return any(_part_holds(part, local_time(part, at)) for part in interval["time_intervals"])


def local_time(part: Mapping[str, Any], at: datetime) -> datetime:
    """A moment by the clock of a part's zone; UTC where it names none.

    Raises:
        VitalsError: The zone is not known here.
    """
    name = part.get("location", "UTC")
    try:
        return at.astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise VitalsError(
            f"The time zone {name!r} is not known on this machine ({error}). Install tzdata, or correct the zone in "
            "the catalogue and render again."
        ) from error


def _part_holds(part: Mapping[str, Any], here: datetime) -> bool:
    minute = 60 * here.hour + here.minute
    on_day = not part.get("weekdays") or any(_has_day(days, here.weekday()) for days in part["weekdays"])
    at_time = not part.get("times") or any(
        _minutes(time["start_time"]) <= minute < _minutes(time["end_time"]) for time in part["times"]
    )
    return on_day and at_time


def _has_day(days: str, day: int) -> bool:
    first, _, last = days.partition(":")
    return _DAYS.index(first) <= day <= _DAYS.index(last or first)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)
