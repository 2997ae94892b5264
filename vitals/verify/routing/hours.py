"""Time intervals of Alertmanager: in words, and whether one holds at a moment, by the clock of its own zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vitals.errors import VitalsError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_READ = {"weekdays", "times", "location", "days_of_month", "months", "years"}
"""What ``vitals render`` writes into an interval."""


def in_words(interval: Mapping[str, Any]) -> str:
    """Say when a named time interval holds: ``saturday, sunday; 00:00-07:00, 19:00-24:00 Europe/Berlin``."""
    parts = interval["time_intervals"]
    zones = {part.get("location", "UTC") for part in parts}
    if len(zones) > 1:
        return "; ".join(f"{_one(part)} {part.get('location', 'UTC')}" for part in parts)
    return f"{'; '.join(map(_one, parts))} {''.join(zones)}"


def _one(part: Mapping[str, Any]) -> str:
    times = [f"{time['start_time']}-{time['end_time']}" for time in part.get("times", ())]
    dates = [_days_in_words(part.get("weekdays", ()))]
    dates += [", ".join(map(str, part[key])) for key in ("days_of_month", "months", "years") if part.get(key)]
    return " ".join(text for text in (*dates, ", ".join(times)) if text) or "always"


def _days_in_words(days: Sequence[str]) -> str:
    """Three days and more that follow each other as a range."""
    places = [_DAYS.index(day) for day in days if day in _DAYS]
    run = len(places) > 2 and places == list(range(places[0], places[0] + len(days)))  # noqa: PLR2004 two are named
    return f"{days[0]} to {days[-1]}" if run else ", ".join(days)


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
    return any(_part_holds(interval["name"], part, local_time(part, at)) for part in interval["time_intervals"])


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


def _part_holds(name: str, part: Mapping[str, Any], here: datetime) -> bool:
    minute = 60 * here.hour + here.minute
    try:
        on_date = (
            _listed(part, "weekdays", here.weekday(), _DAYS)
            and _listed(part, "months", here.month - 1, _MONTHS)
            and _listed(part, "days_of_month", here.day)
            and _listed(part, "years", here.year)
        )
        return on_date and (
            not part.get("times")
            or any(_minutes(time["start_time"]) <= minute < _minutes(time["end_time"]) for time in part["times"])
        )
    except ValueError as error:
        raise VitalsError(
            f"The time interval {name!r} has a value that `vitals render` does not write ({error}), so whether it "
            "mutes now cannot be said. Render again."
        ) from error


def _listed(part: Mapping[str, Any], key: str, value: int, names: Sequence[str] = ()) -> bool:
    """Whether a value is in one of the ranges of a part; an empty list means every value."""
    return not part.get(key) or any(_in_range(str(span), value, names) for span in part[key])


def _in_range(span: str, value: int, names: Sequence[str]) -> bool:
    first, _, last = span.partition(":")
    begin, end = (names.index(one) if names else int(one) for one in (first, last or first))
    if begin < 0:
        raise ValueError(f"{span!r} is counted from the end of the month")
    return begin <= value <= end


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)
