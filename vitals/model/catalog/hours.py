"""Hours of a week, by the clock of a time zone: when a team works, and when a channel of it is on call."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT
from vitals.model.catalog.time_zone import TimeZone

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = "24:00"


def day_of_week(text: str) -> int:
    """The place of a day in the week, read from its name or at least three letters of it.

    Raises:
        ValueError: It is none.
    """
    word = text.strip().lower()
    found = [index for index, day in enumerate(DAYS) if len(word) >= 3 and day.startswith(word)]  # noqa: PLR2004 mon
    if not found:
        raise ValueError(
            f"{text.strip()!r} is not a day of the week; write days as 'monday:friday' or 'saturday, sunday'"
        )
    return found[0]


def _days(text: str) -> str:
    """Days as Alertmanager reads them: full names in lower case, in the order of the week."""
    chosen: set[int] = set()
    for part in text.split(","):
        first, last = (re.split(r":|-|\bto\b", part, maxsplit=1) * 2)[:2]
        begin, end = day_of_week(first), day_of_week(last)
        chosen |= {(begin + offset) % 7 for offset in range((end - begin) % 7 + 1)}
    return ", ".join(DAYS[index] for index in sorted(chosen))


def _clock_time(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text)
    if not found or int(found[1] + found[2]) > 2400:  # noqa: PLR2004 the end of the day
        raise ValueError(f"{text!r} is not a time of day; write one from '00:00' to '24:00', such as '07:00'")
    return text.zfill(len(MIDNIGHT))


ClockTime = Annotated[str, AfterValidator(_clock_time)]
"""A time of day as ``07:00``; ``24:00`` is the end of it."""
Days = Annotated[str, AfterValidator(_days)]


@dataclass(frozen=True, config=STRICT)
class Hours:
    """Part of each of some days; it may go past midnight, and belongs to the day on which it begins.

    Attributes:
        begin: A time of day, such as ``07:00``.
        end: Another; earlier than ``begin`` for hours that go past midnight.
        days: Such as ``monday:friday`` or ``saturday, sunday``.
        time_zone: Whose clock it is, by its IANA name; the team's where it is None.
    """

    begin: ClockTime
    end: ClockTime
    days: Days = "monday:friday"
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _is_not_empty(self) -> Hours:
        if self.begin in (self.end, MIDNIGHT):
            raise ValueError(f"hours from {self.begin} to {self.end} are none. Write '00:00' to '24:00' for whole days")
        return self

    @property
    def chosen_days(self) -> tuple[str, ...]:
        """The days on which it begins, in the order of the week."""
        return tuple(_days(self.days).split(", "))

    @property
    def within_a_day(self) -> tuple[tuple[tuple[str, ...], str, str], ...]:
        """Days, begin and end of each part that passes no midnight."""
        if self.begin < self.end:
            return ((self.chosen_days, self.begin, self.end),)
        next_days = {(DAYS.index(day) + 1) % 7 for day in self.chosen_days}
        evening = (self.chosen_days, self.begin, MIDNIGHT)
        morning = (tuple(DAYS[index] for index in sorted(next_days)), "00:00", self.end)
        return (evening,) if self.end == "00:00" else (evening, morning)

    @property
    def outside(self) -> tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...]:
        """What is left of the week: days, and their times; none of the days of which nothing is left."""
        by_day: dict[str, list[tuple[str, str]]] = {day: [] for day in DAYS}
        for days, begin, end in self.within_a_day:
            for day in days:
                by_day[day].append((begin, end))
        left: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for day, taken in by_day.items():
            left.setdefault(_free(taken), []).append(day)
        return tuple((tuple(days), times) for times, days in left.items() if times)

    def __str__(self) -> str:
        return f"{self.days} {self.begin}-{self.end}" + (f" {self.time_zone}" if self.time_zone else "")


def _free(taken: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What is left of a day of which parts are taken; the parts do not overlap."""
    free, begin = [], "00:00"
    for start, end in sorted(taken):
        if begin < start:
            free.append((begin, start))
        begin = max(begin, end)
    if begin < MIDNIGHT:
        free.append((begin, MIDNIGHT))
    return tuple(free)
