"""A member's dashboard: from the cache if it is there, else from the database.

The cache holds the finished JSON. A check-in drops it; with one memory cache per replica the others may show the older
one until it expires.
"""

from __future__ import annotations

from pydantic import TypeAdapter

from vitals_telemetry import component

from .analysis import MemberDashboard, dashboard
from .cache import WellnessCache
from .repository import Repository

DASHBOARD_DAYS = 28
DASHBOARD_TTL_S = 5.0
_JSON = TypeAdapter(MemberDashboard)


def _key(user_id: str) -> str:
    return f"dashboard:{user_id}"


async def dashboard_json(repository: Repository, cache: WellnessCache, user_id: str) -> bytes | None:
    """The dashboard as JSON, or None if there is no such member."""
    cached = await cache.get(_key(user_id))
    if cached is not None:
        return cached
    with component("load_dashboard"):
        member = await repository.member(user_id)
        if member is None:
            return None
        check_ins = await repository.check_ins(user_id, days=DASHBOARD_DAYS)
    with component("render_dashboard"):
        fresh = _JSON.dump_json(dashboard(member, check_ins))
    await cache.put(_key(user_id), fresh, ttl_s=DASHBOARD_TTL_S)
    return fresh


async def forget_dashboard(cache: WellnessCache, user_id: str) -> None:
    """Drop the cached dashboard, because what it rests on has changed."""
    await cache.drop(_key(user_id))
