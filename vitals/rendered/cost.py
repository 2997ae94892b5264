"""What the metrics of an environment come to, as ``model.json`` has it; money in US dollars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from vitals.rendered.entry import Entry


class CostLine(Entry):
    """One metric or record and its series."""

    what: str
    series: int


class CostPart(Entry):
    """A scrape job or a rule group.

    Attributes:
        name: Its name.
        targets: How many are scraped; 1 for a rule group.
        interval_seconds: Seconds between two samples of a series.
        series: Active series.
        samples_per_month: Samples in 30 days.
        guess: Whether a count in it is a bound and not a declaration.
        largest: What has the most series.
    """

    name: str
    targets: int
    interval_seconds: float
    series: int
    samples_per_month: int
    guess: bool
    largest: tuple[CostLine, ...]


class BudgetEntry(Entry):
    """What the environment may come to."""

    series: int
    samples_per_month: int


class ManagedPrice(Entry):
    """What a managed back end bills for a month's samples; ``verified`` says whether its list was read by a person."""

    name: str
    usd_per_month: float
    source: str
    verified: bool


class SelfHostedPrice(Entry):
    """What a Prometheus of one's own needs: bytes on disk for each month that is kept, bytes of memory."""

    disk_bytes_per_month: int
    memory_bytes: int
    source: str


class MachinePrice(Entry):
    """Prices of one family of machines."""

    cpu_hour: float
    gib_hour: float


class ClusterPrice(Entry):
    """Prices of a cluster; how many nodes there are is said by a stack file."""

    source: str
    verified: bool
    control_plane_hour: float
    disk_gib_month: float
    machines: Mapping[str, MachinePrice]


class PriceEntry(Entry):
    """What the samples cost, and what machines cost, by the price list of a day."""

    as_of: date
    managed: ManagedPrice
    self_hosted: SelfHostedPrice
    cluster: ClusterPrice


class CostEntry(Entry):
    """The whole estimate: sums, budget, every job and rule group, prices."""

    series: int
    samples_per_month: int
    budget: BudgetEntry
    jobs: tuple[CostPart, ...]
    groups: tuple[CostPart, ...]
    price: PriceEntry
