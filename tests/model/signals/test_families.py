"""What the families of database, cache, tasks, users and components promise about their recorded series."""

from __future__ import annotations

import re

import pytest

from vitals.model.catalog import Catalogue, Scrape, Service
from vitals.model.signals import (
    Group,
    Signal,
    cache,
    components,
    database,
    gauge,
    measure,
    signals_of,
    tasks,
    trend,
    users,
)
from vitals_telemetry.metrics.users import SATISFIED, USER_RESPONSE_TIME

FAMILIES = (database, cache, tasks, users, components)
SIGNALS = [signal for family in FAMILIES for signal in family.SIGNALS]


def _service(catalogue: Catalogue, name: str) -> Service:
    return next(service for service in catalogue.services if service.name == name)


def _asked(signal: Signal, service: Service) -> str:
    return signal.query(service, Scrape()).text


def test_queries_are_named_only_for_the_few_that_matter(wellness: Catalogue) -> None:
    """A recorded series with the label of a query is one of the top-k, so shapes cannot flood the database."""
    service = _service(wellness, "wellness-api")
    named = [signal for signal in database.SIGNALS if "query" in signal.labels]

    assert named == [database.FREQUENT, database.SLOWEST]
    for signal in named:
        assert _asked(signal, service).startswith(f"topk({database.MOST_NAMED}, ")


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
def test_a_family_looks_back_five_minutes_at_most(signal: Signal, any_catalogue: Catalogue) -> None:
    """Cheap and quick: no recorded signal of a family reads more than one window of raw samples."""
    having = [service for service in any_catalogue.services if signal in signals_of(service)]

    assert having
    for service in having:
        windows = set(re.findall(r"\[(\w+)\]", _asked(signal, service)))
        assert windows <= {measure.WINDOW, gauge.window(service, Scrape())}
        assert len(windows) <= 1


def test_each_resource_is_held_against_its_own_limit(sample: Catalogue) -> None:
    """Two databases with two limits are two shares, not one share of a sum."""
    expression = _asked(database.CONNECTIONS_USED, _service(sample, "checkout"))

    assert re.findall(r'database="(\w+)"\} / (\d+)', expression) == [("orders", "40"), ("payments", "12")]


def test_satisfaction_counts_by_bounds_that_the_histogram_has(sample: Catalogue) -> None:
    """T and four times T are bucket bounds, so the Apdex score is counted, not estimated."""
    bounds = [
        float(bound) for bound in re.findall(r'le="([\d.]+)"', _asked(users.SATISFACTION, _service(sample, "search")))
    ]

    assert bounds == [SATISFIED, 4 * SATISFIED]
    assert set(bounds) <= set(USER_RESPONSE_TIME.buckets)


def test_only_compared_signals_keep_hours(any_catalogue: Catalogue) -> None:
    """Each compared signal of a service has one hourly mean, recorded after it, once a minute."""
    assert any_catalogue.services
    for service in any_catalogue.services:
        found = list(signals_of(service))
        compared = [signal for signal in found if signal in trend.COMPARED]
        hours = [signal for signal in found if signal.group is Group.TREND]

        assert [hour.id for hour in hours] == [f"{signal.id}_hourly" for signal in compared]
        assert hours == found[len(found) - len(hours) :]
        assert {hour.group.interval(Scrape(slow="3m")) for hour in hours} <= {"3m"}


def test_an_hour_with_gaps_has_no_mean(sample: Catalogue) -> None:
    """The mean is recorded only with three quarters of the hour's minutes, and skips what is not a number."""
    expression = _asked(trend.hourly(cache.HITS), _service(sample, "search"))
    minutes = '(service_cache:cache_hits:ratio_rate5m{service="search"} >= 0)[1h:1m]'

    assert expression == f"avg_over_time({minutes}) and (count_over_time({minutes}) >= 45)"
