"""How a gauge is read: by its last samples, not by the present one, so that a missed scrape leaves no hole.

A scrape that fails ends every series of its target until the next one works. An instant selector then finds nothing:
the recorded value has a hole, an alert that must hold ``for`` some time begins to wait again, and a sum over replicas
dips. A counter has no such problem, because a rate looks back over its window anyway. ``up`` needs none of this either:
Prometheus itself writes it at each scrape, at a failed one too.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.model.catalog import Scrape, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import INSTANCE, SERVICE
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, call, over_time, select, subquery
from vitals.model.signals.native import series
from vitals.model.signals.query import SignalQuery

SCRAPES = 4
"""How many scrape intervals a gauge is looked back for.

Two missed in a row must not show: just before the third answers, the last sample is three intervals old, and the answer
itself may take as long as its time limit. It must also not be more than the shortest ``for`` of an alert on a gauge: 1m
at 15 s. Then a single bad sample of a target that vanishes with it has left the window before a receiver is notified.
"""
_INSTANCE = (INSTANCE,)


def window(watched: Service, scrape: Scrape, scrapes: int = SCRAPES) -> str:
    """The window over which gauges of a service or exporter are read, a duration."""
    exporter = EXPORTERS.get(watched.name)
    interval = scrape.asked(slow=exporter.endpoint.slow) if exporter else scrape.of(watched)
    return f"{scrapes * seconds(interval):g}s"


def last(metric: str, scrapes: int = SCRAPES, **matchers: str) -> SignalQuery:
    """The last value of each series of a gauge.

    Follows a change at once, in either direction. Only what has vanished counts until it has left the window.

    Args:
        metric: Name of the gauge.
        scrapes: The window in scrape intervals.
        matchers: Which of its series, beside those of the service or exporter.
    """
    return _over_time("last", metric, scrapes, matchers)


def highest(metric: str) -> SignalQuery:
    """The highest value of each series of a gauge.

    For what a failed scrape shows too, as something else: the duration of a refused connection says nothing of how
    long an answer takes. A recovery shows only when the last bad value has left the window.
    """
    return _over_time("max", metric, SCRAPES, {})


def highest_of(query: SignalQuery) -> SignalQuery:
    """The highest value that a query has had in the window, asked as often as samples come.

    For a rate that is held against a bound near all there is: while a missed scrape lies at an edge of its window, the
    rate is not carried on to that edge and comes out up to a tenth too low. Quotients of two rates need none of this.
    """

    def build(watched: Service, scrape: Scrape) -> Expr:
        inner = query(watched, scrape)
        return call("max_over_time", subquery(inner, window(watched, scrape), window(watched, scrape, 1)))

    return SignalQuery(build)


def last_of_targets(metric: str) -> SignalQuery:
    """The last value of each series of a gauge, of targets that are still targets.

    For sums over replicas: while a deploy replaces them, those that are gone would count beside those that took their
    place. A target that misses a scrape keeps its ``up``; of one that is not a target any more it ends at once.
    """

    def build(watched: Service, scrape: Scrape) -> Expr:
        seen = over_time("last", "up", _of(watched), window(watched, scrape))
        gone = seen.unless_on(_INSTANCE, select("up", _of(watched)))
        return last(metric)(watched, scrape).unless_on(_INSTANCE, gone)

    return SignalQuery(build)


def _over_time(operation: str, metric: str, scrapes: int, matchers: Mapping[str, str]) -> SignalQuery:
    def build(watched: Service, scrape: Scrape) -> Expr:
        back = window(watched, scrape, scrapes)
        return series(watched, metric, matchers, lambda name, of: over_time(operation, name, of, back), level=True)

    return SignalQuery(build)


def _of(watched: Service) -> dict[str, str]:
    return {SERVICE: watched.name}
