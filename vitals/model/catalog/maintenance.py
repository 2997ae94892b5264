"""Planned maintenance: when nothing is sent about some services, and why. It ends by itself, deployed or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, Name, OneOrMore, Sentence
from vitals.model.catalog.time_zone import TimeZone

LONGEST = timedelta(days=7)
"""What is not watched for more than a week is not maintained but left alone; and every week has a review of what is."""


@dataclass(frozen=True, config=STRICT)
class MaintenanceWindow:
    """A window of time in which no notification is sent; what still fires at its end is sent then.

    Attributes:
        name: Also the name of the interval in Alertmanager, ``maintenance-<name>``.
        start: ``2026-12-05T22:00``; the minute in which it begins.
        end: The minute in which it is over.
        why: One sentence, for who looks for the page that did not come.
        services: What is maintained; everything that is watched where it names none. The Watchdog is sent all the same.
        environments: Where; every environment where it names none.
        time_zone: Whose clock start and end are by; None where both name their offset, ``2026-12-05T22:00Z``.
    """

    name: Name
    start: str
    end: str
    why: Sentence
    services: OneOrMore[Name] = Field(default=(), strict=False)
    environments: OneOrMore[Name] = Field(default=(), strict=False)
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _is_a_window(self) -> MaintenanceWindow:
        begin, end = self.begins, self.ends
        if end <= begin:
            raise ValueError(f"end {self.end} is not after start {self.start}, so it would mute nothing. Correct one")
        if end - begin > LONGEST:
            raise ValueError(
                f"it lasts {(end - begin).days} days, and nothing would be sent for so long. {LONGEST.days} days are "
                "the most: shorten it, or take out of the catalogue what is not to be watched"
            )
        return self

    @property
    def begins(self) -> datetime:
        """Its first moment, in UTC."""
        return _moment("start", self.start, self.time_zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it, in UTC."""
        return _moment("end", self.end, self.time_zone)

    def covers(self, service: str) -> bool:
        """Whether nothing is sent about a service."""
        return not self.services or service in self.services


def _moment(field: str, text: str, time_zone: str | None) -> datetime:
    """A moment to the minute: Alertmanager's intervals know no seconds."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{field} {text!r} is not a moment. Write it as '2026-12-05T22:00'") from None
    if read.second or read.microsecond:
        raise ValueError(f"{field} {text!r} has seconds, and Alertmanager's intervals have minutes. Leave them out")
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    if time_zone is None:
        raise ValueError(
            f"{field} {text!r} says no time zone, so it could be meant by any clock. Give time_zone='Europe/Berlin' "
            f"for example, or write the offset: '{text}+01:00'"
        )
    zone = ZoneInfo(time_zone)
    early, late = (read.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) != read:
        raise ValueError(
            f"{field} {text!r} does not exist in {time_zone}: the clocks go forward then. Give a time after that"
        )
    if early != late:
        raise ValueError(
            f"{field} {text!r} is there twice in {time_zone}: the clocks go back then. Write it with its offset"
        )
    return early
