"""Sums, prices in tiers, and the budget that stops a render."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from vitals.errors import VitalsError
from vitals.kit.cost import Estimate, SeriesCount, bill, evaluated, scraped, within_budget
from vitals.model.catalog import Budget, ClusterPrices, Managed, Prices, SelfHosted, Tier

PRICES = Prices(
    as_of=datetime.date(2026, 1, 1),
    managed=Managed(
        name="Another team's metrics",
        source="https://prices.example",
        verified=True,
        tiers=(Tier(per_million=Decimal("0.10"), up_to_million=1000), Tier(per_million=Decimal("0.05"))),
    ),
    self_hosted=SelfHosted(source="A measurement.", bytes_per_sample=Decimal("1.5"), bytes_per_series=4000),
    cluster=ClusterPrices(
        source="https://prices.example/machines",
        verified=True,
        control_plane_hour=Decimal("0.1"),
        disk_gib_month=Decimal("0.1"),
        machines={},
    ),
)
API = scraped("shop", targets=4, interval_s=30, lines=[SeriesCount("a", 100), SeriesCount("b", 20, guess=True)])
RULES = evaluated("shop.slo", interval_s=60, lines=[SeriesCount("c", 8)])
ESTIMATE = Estimate((RULES, API))


def test_series_times_targets_over_the_interval() -> None:
    """One series every 30 s is 86,400 samples in 30 days; each target has its own series."""
    assert API.series == 480
    assert API.samples_per_month == 480 * 86_400
    assert RULES.samples_per_month == 8 * 43_200
    assert ESTIMATE.series == 488
    assert ESTIMATE.samples_per_month == 480 * 86_400 + 8 * 43_200


@pytest.mark.parametrize(
    ("samples", "dollars"),
    [
        (0, "0.00"),
        (10_000_000, "1.00"),
        (1_000_000_000, "100.00"),
        (1_500_000_000, "125.00"),
    ],
)
def test_only_what_lies_in_a_tier_has_its_price(samples: int, dollars: str) -> None:
    """The first billion at ten cents, the rest at five."""
    assert bill(1, samples, PRICES).managed_usd == Decimal(dollars)


def test_disk_goes_by_samples_and_memory_by_series() -> None:
    """What one's own Prometheus needs."""
    price = bill(10, 1_000, PRICES)

    assert (price.disk_bytes, price.memory_bytes) == (1_500, 40_000)


def test_a_budget_that_is_just_enough_is_enough() -> None:
    """Equal is not over."""
    within_budget("prod", ESTIMATE, Budget(ESTIMATE.series, ESTIMATE.samples_per_month))


@pytest.mark.parametrize(
    ("budget", "complaint"),
    [
        (Budget(487, 10**12), "488 active series where 487 are allowed"),
        (Budget(10**6, 1_000_000), "41,817,600 samples per month where 1,000,000 are allowed"),
    ],
)
def test_an_error_names_the_biggest_and_the_ways_out(budget: Budget, complaint: str) -> None:
    """By how much, who stores most, whose number is only a bound, and what can be done."""
    with pytest.raises(VitalsError) as caught:
        within_budget("prod", ESTIMATE, budget)

    text = str(caught.value)
    assert complaint in text
    assert text.index("job shop: 480 series every 30 s") < text.index("rule group shop.slo: 8 series")
    assert "most of them a 400, b 80" in text
    assert "No count of b," in text
    assert "raise Environment.budget on purpose" in text
