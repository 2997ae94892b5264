"""The wellness mathematics against values worked out by hand, and the synthetic data it is shown with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from wellness.analysis import correlation, dashboard, day_score, findings, trend
from wellness.model import CheckIn, Member, ReportType
from wellness.seed import DAYS, FIRST_DAY, MEMBERS, account_of, synthetic_check_ins

MEMBER = Member("anna", sleep_goal_hours=8.0, steps_goal=10_000)
DAY = CheckIn("anna", date(2026, 1, 5), sleep_hours=8.0, steps=10_000, mood=5, stress=1, resting_heart_rate=60)


def test_a_trend_has_mean_slope_and_rolling_mean() -> None:
    """Values that rise by 2 a day rise by 14 a week; the rolling mean looks back seven days at most."""
    rising = trend([0, 2, 4, 6, 8, 10, 12, 14])

    assert (rising.mean, rising.change_per_week) == (7.0, 14.0)
    assert rising.rolling_mean == (0, 1, 2, 3, 4, 5, 6, 8)


def test_two_days_make_no_line() -> None:
    """Below three days there is a mean but no slope."""
    assert trend([1, 9]).change_per_week == 0
    assert trend([1, 9]).mean == 5


def test_a_day_is_scored_between_nothing_and_all() -> None:
    """A day that meets every goal scores 100 (more sleep or steps give no bonus), the worst one 0, half way 50."""
    assert day_score(MEMBER, replace(DAY, sleep_hours=12, steps=30_000)) == 100
    assert day_score(MEMBER, replace(DAY, sleep_hours=0, steps=0, mood=1, stress=5)) == 0
    assert day_score(MEMBER, replace(DAY, sleep_hours=4, steps=5000, mood=3, stress=3)) == 50


def test_a_dashboard_scores_the_last_week_and_counts_the_streak() -> None:
    """Older days do not count in the score; the streak ends at the first day below the goal, from the end."""
    old = [replace(DAY, mood=1, stress=5, sleep_hours=0, steps=0)] * 3
    summary = dashboard(MEMBER, old + [DAY] * 7)

    assert (summary.score, summary.days, summary.streak_days) == (100, 10, 7)


def test_an_empty_dashboard_is_one() -> None:
    """A member without check-ins gets zeros, not an error."""
    summary = dashboard(MEMBER, [])

    assert (summary.score, summary.days, summary.trends, summary.streak_days) == (0, 0, {}, 0)


def test_correlation_is_none_where_it_has_no_meaning() -> None:
    """A reading that never changes has no correlation; a perfectly opposed pair has -1."""
    days = [replace(DAY, mood=n, stress=6 - n) for n in (1, 2, 3, 4)]

    assert correlation(days, "mood", "sleep_hours") is None
    assert correlation(days[:2], "mood", "stress") is None
    assert correlation(days, "mood", "stress") == pytest.approx(-1)


@pytest.mark.parametrize("report_type", ReportType)
def test_every_report_has_findings_of_its_own(report_type: ReportType) -> None:
    """Each type states the score, its own correlations and all five trends."""
    sentences = findings(report_type, MEMBERS[0], synthetic_check_ins(MEMBERS[0]))

    assert sentences[0].startswith("Your wellness score is ")
    assert sum("correlation" in sentence for sentence in sentences) >= 2
    assert sum("per week" in sentence for sentence in sentences) == 5


def test_synthetic_days_are_plausible_and_the_same_every_time() -> None:
    """Every member has six weeks without a gap, within what a check-in may hold, and different from the others'."""
    everybody = [synthetic_check_ins(member) for member in MEMBERS]

    assert everybody == [synthetic_check_ins(member) for member in MEMBERS]
    assert len({days[0].steps for days in everybody}) > len(MEMBERS) // 2
    for days in everybody:
        assert [check_in.day for check_in in days] == [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
        assert all(0 <= c.sleep_hours <= 24 and c.steps >= 0 for c in days)
        assert all(1 <= c.mood <= 5 and 1 <= c.stress <= 5 and 20 <= c.resting_heart_rate <= 250 for c in days)


def test_a_visitor_sees_their_own_account_or_always_the_same_sample() -> None:
    """A member's id stands for itself; any other id maps to one member, and many ids spread over several."""
    assert account_of("test_user") == "test_user"
    assert account_of("visitor") == account_of("visitor")
    assert len({account_of(f"visitor-{n}") for n in range(100)}) > len(MEMBERS) // 2
