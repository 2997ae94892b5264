"""What an amount of metrics costs by a price list: dollars at a managed back end, bytes at one's own Prometheus.

Both are always given, because the choice between them is made by comparing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vitals.model.catalog import Prices, Tier

_MILLION = 1_000_000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bill:
    """The price of storing one month.

    Attributes:
        managed_usd: US dollars that a managed back end bills for the month's samples.
        disk_bytes: Bytes on disk for every month that one's own Prometheus keeps.
        memory_bytes: Bytes of memory for its active series.
    """

    managed_usd: Decimal
    disk_bytes: int
    memory_bytes: int


def bill(series: int, samples_per_month: int, prices: Prices) -> Bill:
    """Price an amount of metrics.

    Args:
        series: Active series.
        samples_per_month: Samples stored in 30 days.
        prices: The price list.
    """
    own = prices.self_hosted
    return Bill(
        managed_usd=_tiered(Decimal(samples_per_month) / _MILLION, prices.managed.tiers).quantize(_CENT),
        disk_bytes=round(samples_per_month * own.bytes_per_sample),
        memory_bytes=series * own.bytes_per_series,
    )


def _tiered(millions: Decimal, tiers: tuple[Tier, ...]) -> Decimal:
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        limit = millions if tier.up_to_million is None else min(millions, Decimal(tier.up_to_million))
        total += max(limit - below, Decimal(0)) * tier.per_million
        below = max(limit, below)
    return total
