"""What the platform talks about: members, their daily check-ins and their reports.

Plain frozen values. They refuse to know how they are stored, cached or sent: each store maps them itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ReportType(StrEnum):
    """The reports that a member can ask for."""

    WELLNESS_SUMMARY = "wellness_summary"
    SLEEP_QUALITY = "sleep_quality"
    STRESS_BALANCE = "stress_balance"


class ReportStatus(StrEnum):
    """How far a report has come."""

    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Member:
    """A person with an account.

    Attributes:
        user_id: The account's id.
        sleep_goal_hours: Hours of sleep that the member aims at per night.
        steps_goal: Steps that the member aims at per day.
    """

    user_id: str
    sleep_goal_hours: float
    steps_goal: int


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What one member recorded for one day; a second check-in of a day replaces the first.

    Attributes:
        user_id: Whose day it was.
        day: The calendar day (UTC).
        sleep_hours: Hours slept in the night before, 0 to 24.
        steps: Steps taken, 0 or more.
        mood: 1 (bad) to 5 (good).
        stress: 1 (calm) to 5 (stressed).
        resting_heart_rate: Beats per minute.
    """

    user_id: str
    day: date
    sleep_hours: float
    steps: int
    mood: int
    stress: int
    resting_heart_rate: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was asked for.

    Attributes:
        report_id: Random id, given when it was asked for.
        user_id: Whose report it is.
        report_type: Which report.
        status: How far it has come.
        requested_at: When it was asked for (UTC, whole seconds).
        findings: Sentences for the member; empty until the report is ready.
    """

    report_id: str
    user_id: str
    report_type: ReportType
    status: ReportStatus
    requested_at: datetime
    findings: tuple[str, ...] = ()
