"""The wellness mathematics: scores, trends and correlations from a member's check-ins.

Pure functions of plain values, standard library only; nothing here waits, stores or measures. The scores are simple
on purpose: they give the platform honest work to do, and make no medical claim.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .model import CheckIn, Member, ReportType

READINGS: dict[str, Callable[[CheckIn], float]] = {
    "sleep_hours": lambda check_in: check_in.sleep_hours,
    "steps": lambda check_in: float(check_in.steps),
    "mood": lambda check_in: float(check_in.mood),
    "stress": lambda check_in: float(check_in.stress),
    "resting_heart_rate": lambda check_in: float(check_in.resting_heart_rate),
}
"""Every reading of a check-in by name."""

FEWEST_FOR_A_TREND = 3


@dataclass(frozen=True, slots=True)
class WellnessTrend:
    """How one reading moves over a period.

    Attributes:
        mean: Mean of the period, in the reading's own unit.
        change_per_week: Slope of the least-squares line, in the reading's unit per seven days.
        rolling_mean: Mean of each day with up to six days before it, oldest first.
    """

    mean: float
    change_per_week: float
    rolling_mean: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MemberDashboard:
    """What a member sees first.

    Attributes:
        score: Wellness score of the last seven days, 0 to 100.
        days: Number of days that it rests on.
        trends: A trend for each reading.
        streak_days: Days in a row, up to the last one, on which the step goal was met.
    """

    score: int
    days: int
    trends: dict[str, WellnessTrend]
    streak_days: int


def trend(values: Sequence[float]) -> WellnessTrend:
    """Summarise a series of daily values, oldest first.

    Args:
        values: At least one value.

    Returns:
        The trend; ``change_per_week`` is 0 when there are fewer than three days to draw a line through.
    """
    slope = 0.0
    if len(values) >= FEWEST_FOR_A_TREND:
        slope = statistics.linear_regression(range(len(values)), values).slope
    rolling = tuple(round(statistics.fmean(values[max(0, i - 6) : i + 1]), 2) for i in range(len(values)))
    return WellnessTrend(round(statistics.fmean(values), 2), round(7 * slope, 3), rolling)


def trends(check_ins: Sequence[CheckIn]) -> dict[str, WellnessTrend]:
    """A trend for every reading of these check-ins (oldest first, at least one)."""
    return {name: trend([reading(c) for c in check_ins]) for name, reading in READINGS.items()}


def day_score(member: Member, check_in: CheckIn) -> float:
    """Score one day from 0 to 100: sleep and steps against the member's goals, mood and calm as they are."""
    sleep = min(1.0, check_in.sleep_hours / member.sleep_goal_hours)
    steps = min(1.0, check_in.steps / member.steps_goal)
    mood = (check_in.mood - 1) / 4
    calm = (5 - check_in.stress) / 4
    return 100 * (0.35 * sleep + 0.25 * steps + 0.2 * mood + 0.2 * calm)


def dashboard(member: Member, check_ins: Sequence[CheckIn]) -> MemberDashboard:
    """Build a member's dashboard from check-ins, oldest first; without any, the score is 0 and there are no trends."""
    if not check_ins:
        return MemberDashboard(score=0, days=0, trends={}, streak_days=0)
    streak = 0
    for check_in in reversed(check_ins):
        if check_in.steps < member.steps_goal:
            break
        streak += 1
    score = statistics.fmean(day_score(member, c) for c in check_ins[-7:])
    return MemberDashboard(round(score), len(check_ins), trends(check_ins), streak)


def correlation(check_ins: Sequence[CheckIn], first: str, second: str) -> float | None:
    """Pearson's correlation of two readings, or None where one of them never changes or days are too few."""
    left = [READINGS[first](c) for c in check_ins]
    right = [READINGS[second](c) for c in check_ins]
    if len(left) < FEWEST_FOR_A_TREND or len(set(left)) == 1 or len(set(right)) == 1:
        return None
    return statistics.correlation(left, right)


PAIRS: dict[ReportType, tuple[tuple[str, str], ...]] = {
    ReportType.WELLNESS_SUMMARY: (("sleep_hours", "mood"), ("steps", "mood"), ("stress", "resting_heart_rate")),
    ReportType.SLEEP_QUALITY: (("sleep_hours", "mood"), ("sleep_hours", "stress")),
    ReportType.STRESS_BALANCE: (("stress", "mood"), ("steps", "stress")),
}
"""Which readings each report compares."""


def findings(report_type: ReportType, member: Member, check_ins: Sequence[CheckIn]) -> tuple[str, ...]:
    """Write a report's sentences from check-ins, oldest first."""
    summary = dashboard(member, check_ins)
    sentences = [f"Your wellness score is {summary.score} of 100, from {summary.days} days."]
    for first, second in PAIRS[report_type]:
        strength = correlation(check_ins, first, second)
        if strength is not None:
            direction = "rises" if strength > 0 else "falls"
            sentences.append(f"Your {second} {direction} with your {first} (correlation {strength:+.2f}).")
    for name, line in summary.trends.items():
        sentences.append(f"Your {name} was {line.mean:g} on average, {line.change_per_week:+g} per week.")
    return tuple(sentences)
