"""Members and trial users of the API, as its scrapes bring them home.

With 5.1 % of requests between 1 s and 2.5 s the p95 of a cohort lies just above one second.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.samples import Stretch, histogram

TIMES = "user_response_time_seconds"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def visited(
    seconds: float,
    members: Mapping[float, float] | None = None,
    trial: Mapping[float, float] | None = None,
    *,
    per_second: float = 20,
    trials: float = 1,
) -> Stretch:
    """Members at 20 requests a second, trial users at one; each mapping says which share takes how long."""
    paces = histogram(TIMES, BUCKETS, per_second, members or {}, cohort="member")
    return Stretch(seconds, paces | histogram(TIMES, BUCKETS, trials, trial or {}, cohort="trial"))
