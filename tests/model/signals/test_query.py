"""The query of a signal is one declaration that reads alike for every target, and asks each for its own series."""

from __future__ import annotations

import pytest

from vitals.model.catalog import Scrape, Service
from vitals.model.signals import SignalQuery, api, gauge
from vitals.model.signals.idioms import share
from vitals.model.signals.query import constant, increase_of, over_time_of, rate_of, series_of

ONE, OTHER = (
    Service(name=name, owner="any", description="A service of a test.", api=True) for name in ("one", "other")
)
FAILED = rate_of("calls_total", "1m", status="~5..").sum_by(("service",))


def _text(query: SignalQuery, service: Service = ONE) -> str:
    return query(service, Scrape()).text


def test_a_query_asks_for_the_series_of_its_target() -> None:
    """One declaration, two services: only the matcher differs."""
    assert _text(FAILED) == 'sum by (service) (rate(calls_total{service="one", status=~"5.."}[1m]))'
    assert _text(FAILED, OTHER) == _text(FAILED).replace("one", "other")


def test_idioms_take_queries_as_they_take_expressions() -> None:
    """A share of two queries asks both of the same target."""
    every = api.TRAFFIC.recorded()
    recorded = 'service:api_calls:rate1m{service="other"}'

    assert _text(share(FAILED, every), OTHER) == f"({_text(FAILED, OTHER)} or (0 * {recorded})) / ({recorded} > 0)"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (series_of("up").avg_by(("service",)), 'avg by (service) (up{service="one"})'),
        (increase_of("kills", "10m").max_by(()), 'max by () (increase(kills{service="one"}[10m]))'),
        (over_time_of("avg", "calls", "1m").min_by(()), 'min by () (avg_over_time(calls{service="one"}[1m]))'),
        (series_of("buckets").quantile(0.95), 'histogram_quantile(0.95, buckets{service="one"})'),
        (series_of("a").top(8), 'topk(8, a{service="one"})'),
        (1 - series_of("a") / 4, '1 - (a{service="one"} / 4)'),
        (series_of("a").count_by(()) * 2 - 1, '(count by () (a{service="one"}) * 2) - 1'),
        (0 * series_of("a") + 1, '(0 * a{service="one"}) + 1'),
        (series_of("a").equals(0) & (series_of("b") >= 1), '(a{service="one"} == 0) and (b{service="one"} >= 1)'),
        (constant(0.25), "vector(0.25)"),
    ],
)
def test_operators_and_aggregations_are_those_of_promql(query: SignalQuery, text: str) -> None:
    """What is declared is what is asked, with the parentheses that keep its meaning."""
    assert _text(query) == text


def test_a_gauge_is_read_over_the_scrapes_of_its_own_target() -> None:
    """A service that pages is scraped more often, so its window is shorter; the declaration is the same."""
    scrape = Scrape(page="5s", others="30s")

    assert gauge.last("queue")(ONE, scrape).text == 'last_over_time(queue{service="one"}[120s])'
