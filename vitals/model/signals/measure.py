"""How counters and histograms are read over five minutes, alike in every family that a service may declare.

Five minutes hold enough events for a quantile where traffic is thin, and a fault that strikes every event still shows
in the p95 within seconds: one event in twenty is enough.
"""

from __future__ import annotations

from vitals.model.catalog import Service
from vitals.model.promql import Expr, call, quantile, select, sum_by

WINDOW = "5m"
NO_EVENTS = "what nobody asked for in the window has no answer"


def rate(metric: str, by: tuple[str, ...], service: Service, **matchers: str) -> Expr:
    """Events of a counter per second, summed over replicas and all labels but ``by``."""
    return sum_by(by, call("rate", select(metric, {"service": service.name, **matchers}, window=WINDOW)))


def mean(histogram: str, by: tuple[str, ...], service: Service) -> Expr:
    """The mean of a histogram's events, in its unit."""
    return rate(f"{histogram}_sum", by, service) / (rate(f"{histogram}_count", by, service) > 0)


def p95(histogram: str, by: tuple[str, ...], service: Service) -> Expr:
    """The value that one event in twenty exceeds, as far as the buckets tell; nothing where nothing happened.

    Without events the quantile is not a number, which no comparison holds for: the one with zero drops it.
    """
    return quantile(0.95, rate(f"{histogram}_bucket", (*by, "le"), service)) >= 0


def share(part: Expr, whole: Expr) -> Expr:
    """The share that ``part`` has of ``whole``: zero where only the whole exists, nothing where it is zero."""
    return (part | 0 * whole) / (whole > 0)
