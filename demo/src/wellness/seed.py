"""Synthetic members and check-ins, the same on every machine: something to look at from the first request on.

Written only into an empty repository. ``test_user`` is there because the load test asks for that member's reports.
Days are fixed dates, so nothing depends on when the platform was started.
"""

from __future__ import annotations

import random
from calendar import SATURDAY
from collections.abc import Sequence
from datetime import date, timedelta
from zlib import crc32

from .model import CheckIn, Member
from .repository import Repository

MEMBERS: tuple[Member, ...] = (
    Member("test_user", sleep_goal_hours=8.0, steps_goal=8000),
    *(Member(f"member-{n:02}", 7.0 + n % 3 * 0.5, 6000 + n % 5 * 1000) for n in range(1, 12)),
)
FIRST_DAY = date(2026, 1, 1)
DAYS = 42


def account_of(user_id: str) -> str:
    """The member whose data a visitor sees: their own account, or else always the same synthetic member's."""
    ids = [member.user_id for member in MEMBERS]
    return user_id if user_id in ids else ids[crc32(user_id.encode()) % len(ids)]


def synthetic_check_ins(member: Member) -> tuple[CheckIn, ...]:
    """Six weeks of plausible days: weekends sleep longer, short nights cost mood, steps ease stress."""
    draw = random.Random(member.user_id)  # noqa: S311 - a reproducible sample, not a secret
    days = []
    for n in range(DAYS):
        day = FIRST_DAY + timedelta(days=n)
        usual_sleep = member.sleep_goal_hours + (0.1 if day.weekday() >= SATURDAY else -0.6)
        sleep = min(11.0, max(3.5, draw.gauss(usual_sleep, 0.8)))
        steps = max(500, round(draw.gauss(member.steps_goal * 0.95, member.steps_goal * 0.3)))
        stress = min(5, max(1, round(draw.gauss(4.2 - steps / 4000, 0.8))))
        mood = min(5, max(1, round(draw.gauss(sleep - 4 - 0.2 * stress, 0.6))))
        heart_rate = round(draw.gauss(58 + 2 * stress, 2))
        days.append(CheckIn(member.user_id, day, round(sleep, 1), steps, mood, stress, heart_rate))
    return tuple(days)


async def fill_if_empty(repository: Repository, members: Sequence[Member] = MEMBERS) -> bool:
    """Write the synthetic data if the repository has no members yet.

    Two replicas may do so at the same time: the rows are the same and are written by id, so the result is the same.

    Returns:
        Whether anything was written.
    """
    if not await repository.is_empty():
        return False
    await repository.fill(members, [day for member in members for day in synthetic_check_ins(member)])
    return True
