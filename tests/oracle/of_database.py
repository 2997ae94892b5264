"""A process that asks the database, as its scrapes bring it home."""

from __future__ import annotations

from tests.oracle.samples import Key, Stretch, histogram, key

WELLNESS = {"database": "wellness"}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
HELD = "database_connections_open"
_OPERATION = {**WELLNESS, "collection": "check_ins", "operation": "query"}


def asking(
    seconds: float,
    per_second: float,
    *,
    slow: float = 0.0,
    takes: float = 0.8,
    failing: float = 0.0,
    connections: float = 2.0,
    opening: float = 0.0,
) -> Stretch:
    """A process that asks the database; ``opening`` is how many connections a second are opened and not closed."""
    shares = {takes: slow, 0.004: 1 - slow}
    paces: dict[Key, float] = histogram(
        "database_query_duration_seconds", BUCKETS, per_second, shares, **_OPERATION, query="user_id ="
    )
    paces[key("database_query_errors_total", **_OPERATION)] = per_second * failing
    return Stretch(seconds, paces, {key(HELD, **WELLNESS): (connections, opening)})
