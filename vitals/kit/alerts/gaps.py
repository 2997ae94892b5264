"""A page goes on through a gap of scrapes: what is not known begins no alert, and ends none (docs/adr/0044).

While Prometheus scrapes nothing, every condition on what is scraped ends by itself, and the page would be resolved and
come again. A target that is tried and does not answer, or one of several that is gone, does not count as a gap: that
is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import ALERTNAME, ALERTSTATE, SERVICE
from vitals.model.promql import Expr, call, over_time, select, subquery
from vitals.model.signals import gauge

LONGEST = "1h"
"""A page of which nothing is known for longer ends: the loss itself has its own pages."""
TRIED = 3
"""How many of the last four scrapes end a gap: a rate needs two, and one evaluation must have seen both."""
_WHY = (
    "what is not known ends no page; a rate needs two scrapes, and one evaluation that has seen both. The loss itself "
    "has its own pages by then"
)
_STEP = "1m"


@dataclass(frozen=True, slots=True)
class LastShown:
    """What an alert showed last, with which it goes on.

    Attributes:
        value: The number that its summary shows, with the labels of its condition.
        by: The labels by which several alerts of one service are distinguished.
        scraped: The targets of which enough is scraped to end it.
        because: Why so many scrapes and so long, as an alert gives its reasons.
    """

    value: Expr
    by: tuple[str, ...]
    scraped: Expr
    because: Mapping[str, str]

    def of(self, name: str, labels: Mapping[str, str]) -> Expr:
        """What goes on, of an alert with this name and these labels."""
        seen = call("last_over_time", subquery(self.value, LONGEST, _STEP))
        fires = select("ALERTS", {ALERTNAME: name, ALERTSTATE: "firing", **labels})
        return seen.and_on(self.by, fires).unless_on((), self.scraped)


def last_shown(
    value: Expr,
    watched: Service,
    scrape: Scrape,
    by: tuple[str, ...] = (),
    *,
    scrapes: int = gauge.SCRAPES,
    tried: int = TRIED,
) -> LastShown:
    """What an alert on a service or exporter showed last.

    Args:
        value: The number that its summary shows, with the labels of its condition.
        watched: The service or exporter whose scrapes would end it.
        scrape: How often it is scraped.
        by: The labels of the condition by which its alerts are distinguished, beside the service.
        scrapes: In how many of the last scrapes a gap is looked for.
        tried: How many of them must have been tried so that it is none.
    """
    of = {SERVICE: watched.name}
    scraped = over_time("count", "up", of, gauge.window(watched, scrape, scrapes)) >= tried
    said = f"once it fires, on while < {tried} of the last {scrapes} scrapes were tried, for {LONGEST}"
    return LastShown(value, by, scraped, {said: _WHY})
