"""One change as a value: what it is about, how much follows from it, and where it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Area(StrEnum):
    """What a change is about, in the order in which a report shows them: the most urgent first."""

    BROKEN = "Broken by this change"
    ALERTS = "Alerts"
    ROUTES = "Notifications"
    OBJECTIVES = "Objectives"
    SCALERS = "Scalers"
    COST = "Cost"
    SCRAPES = "Scrapes"
    RECORDS = "Recorded series"
    DASHBOARDS = "Dashboards"
    OTHER = "Other files"


class Consequence:
    """How much follows from a change; a larger number is shown first within its area."""

    LOST = 90
    """Something that notified or acted does so no more."""
    WEAKER = 80
    """It does so later, or for less."""
    CHANGED = 60
    """It does so at another moment."""
    ADDED = 50
    """It is new."""
    SHOWN = 30
    """It is only looked at."""
    WORDED = 10
    """Only words of it are others."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        area: What it is about.
        consequence: How much follows from it, a :class:`Consequence`.
        subject: What changed, such as ``ApiLatencyHigh (wellness-api)``.
        text: How, as half a sentence.
    """

    area: Area
    consequence: int
    subject: str
    text: str
