"""Moments as people write them: ``2026-07-01T16:00Z``, ``Sunday 03:00 Asia/Tokyo``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vitals.errors import VitalsError
from vitals.model.catalog.hours import day_of_week
from vitals.model.catalog.time_zone import known_time_zone

_RELATIVE = {"today": 0, "tomorrow": 1}
_FORM = re.compile(r"(?P<day>[A-Za-z]+|\d{4}-\d{2}-\d{2})[\sT,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<zone>\s+\S.*)?")
_EXAMPLES = "2026-07-01T16:00Z, 2026-07-01T09:00-07:00, '2026-07-01 16:00 Europe/Berlin' or 'Sunday 03:00 Asia/Tokyo'"


def moment(text: str, now: datetime | None = None) -> datetime:
    """Read a moment.

    Args:
        text: ISO 8601 with an offset, or a date or day of the week, a time of day and a time zone; empty for now. A day
            of the week is the next one, today's where the time is still to come.
        now: What ``today`` and days of the week are counted from.

    Returns:
        The moment, by the clock that was named.

    Raises:
        VitalsError: It is none, it says no time zone, or its time zone does not exist; the message says how to write
            it.
    """
    text, now = text.strip(), now or datetime.now(UTC)
    if text.lower() in ("", "now"):
        return now
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is not None and read.tzinfo is not None:
        return read
    found = _FORM.fullmatch(text)
    if not found or not found["zone"]:
        missing = "names no time zone" if found or read else "is not a moment"
        raise VitalsError(f"{text!r} {missing}. Write it with its offset or time zone: {_EXAMPLES}.")
    zone = _zone(text, found["zone"].strip())
    here, day = now.astimezone(zone), found["day"].lower()
    wanted = f"{found['hour'].zfill(2)}:{found['minute']}"
    try:
        clock = datetime.strptime(wanted, "%H:%M").time()  # noqa: DTZ007 a time of day, without a date
        if day[0].isdigit():
            date = datetime.fromisoformat(day).date()
        else:
            date = here.date() + timedelta(days=_ahead(text, day, here, wanted))
    except ValueError:
        raise VitalsError(f"{text!r} is not a moment: there is no such date or time. Write {_EXAMPLES}.") from None
    # Through UTC: a time that the clocks jump over is shown as the moment that it comes to.
    return datetime.combine(date, clock, zone).astimezone(UTC).astimezone(zone)


def _ahead(text: str, day: str, here: datetime, wanted: str) -> int:
    """How many days until a day that is named."""
    if day in _RELATIVE:
        return _RELATIVE[day]
    try:
        place = day_of_week(day)
    except ValueError:
        raise VitalsError(f"{text!r}: {day!r} is not a day. Write {_EXAMPLES}.") from None
    days = (place - here.weekday()) % 7
    return 7 if days == 0 and wanted < f"{here:%H:%M}" else days


def _zone(text: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(known_time_zone("UTC" if name == "Z" else name))
    except ValueError as error:
        raise VitalsError(f"{text!r}: {error}.") from None
