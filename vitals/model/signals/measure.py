"""How counters and histograms are read over five minutes, alike in every family that a service may declare.

Five minutes hold enough events for a quantile where traffic is thin, and a fault that strikes every event still shows
in the p95 within seconds: one event in twenty is enough.
"""

from __future__ import annotations

from vitals.model.signals.idioms import where_number, where_positive
from vitals.model.signals.query import SignalQuery, quantile_of, rate_of

WINDOW = "5m"
NO_EVENTS = "without events in the window there is no value"


def rate(metric: str, by: tuple[str, ...], **matchers: str) -> SignalQuery:
    """Events of a counter per second, summed over replicas and all labels but ``by``."""
    return rate_of(metric, WINDOW, **matchers).sum_by(by)


def mean(histogram: str, by: tuple[str, ...]) -> SignalQuery:
    """The mean of a histogram's events, in its unit."""
    return rate(f"{histogram}_sum", by) / where_positive(rate(f"{histogram}_count", by))


def p95(histogram: str, by: tuple[str, ...]) -> SignalQuery:
    """The value that one event in twenty exceeds, as far as the buckets show; nothing where nothing happened."""
    return where_number(quantile_of(histogram, WINDOW, by, 0.95))
