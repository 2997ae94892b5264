"""What each recorded signal of the demo platform looks like when all is well: its level, its tide and its noise.

The levels are those that the demo platform shows under its default traffic on an idle machine, so that the past goes
over into the present without a jump. They are far inside every bound of an alert; a test holds that.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DAY_S = 86400
WEEK_DAYS = 7
_BUSIEST_HOUR = 15
_WEEKEND = (5, 6)
_THURSDAY = 3
"""The weekday of 1 January 1970, counted from Monday."""


@dataclass(frozen=True)
class HealthyLevel:
    """A healthy signal.

    Attributes:
        value: Its level in the signal's unit; for bad events their share of the error budget.
        tide: How much it rises with traffic, as a share of the level (negative: it falls).
        noise: Standard deviation of a minute, as a share of the level.
        most: What it never exceeds.
    """

    value: float
    tide: float
    noise: float
    most: float = math.inf


EVENTS = "service_slo:events:rate1m"
BAD_EVENTS = "service_slo:bad_events:rate1m"

LEVELS: Mapping[str, HealthyLevel] = MappingProxyType(
    {
        EVENTS: HealthyLevel(6.5, tide=0.35, noise=0.05),
        BAD_EVENTS: HealthyLevel(0.15, tide=0.0, noise=0.5),
        "service:api_calls:irate": HealthyLevel(6.5, tide=0.35, noise=0.05),
        "service:api_calls:rate1m": HealthyLevel(6.5, tide=0.35, noise=0.05),
        "service:api_response_time_seconds:p95_5m": HealthyLevel(0.06, tide=0.15, noise=0.06),
        "service:user_satisfaction:apdex5m": HealthyLevel(0.995, tide=-0.002, noise=0.002, most=1.0),
        "service_cache:cache_hits:ratio_rate5m": HealthyLevel(0.6, tide=0.05, noise=0.02, most=1.0),
        "service_database:database_query_duration_seconds:p95_5m": HealthyLevel(0.035, tide=0.1, noise=0.06),
        "service_queue:tasks_ended:rate5m": HealthyLevel(0.5, tide=0.35, noise=0.05),
        "service_queue:task_wait_seconds:p95_5m": HealthyLevel(0.25, tide=0.2, noise=0.1),
    }
)
"""By recorded name."""


def busyness(at_s: float) -> float:
    """How busy a moment is, between about -1 (a weekend's night) and 1 (a working day's afternoon).

    Args:
        at_s: Unix seconds; hours are those of UTC.
    """
    hour = at_s % DAY_S / 3600
    day = math.cos((hour - _BUSIEST_HOUR) / 24 * 2 * math.pi)
    weekday = (int(at_s // DAY_S) + _THURSDAY) % WEEK_DAYS
    return 0.6 * day - (0.4 if weekday in _WEEKEND else 0.0)
