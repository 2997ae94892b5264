"""Capacity that was left at the busiest moment of the week, and what the metrics themselves cost."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.model.conventions import SERVICE
from vitals.rendered import RenderedModel
from vitals.verify.weekly.week import MINUTE_S, WeekServer, shown_labels

_FULL = ("system.cpu.busy", "system.memory.used", "system.disk.used")
_SATURATION = ".saturation."
"""Recorded shares that end at 1, where a part is full."""
_MONTH_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class CapacityLeft:
    """What was left of one resource.

    Attributes:
        service: Whose.
        name: Which, in words.
        left: Share of it that was free at the busiest moment of the week; negative where more was needed.
        left_before: The same of the week before; None where there are no data.
        note: What else is known, such as when a disk will be full; empty if nothing is.
    """

    service: str
    name: str
    left: float
    left_before: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetricsCost:
    """What the metrics of the environment come to.

    Attributes:
        series: Active series that Prometheus had on average; None where it does not scrape itself.
        series_budget: How many the environment may have.
        samples_per_month: Samples that 30 days like this week come to; None as above.
        samples_budget: How many the environment may store in a month.
        estimated_usd_per_month: What a managed back end would bill for the estimated samples.
        price_list: Day of the price list.
    """

    series: float | None
    series_budget: int
    samples_per_month: float | None
    samples_budget: int
    estimated_usd_per_month: float
    price_list: str


async def capacity_left(asked: WeekServer, model: RenderedModel) -> tuple[CapacityLeft, ...]:
    """Every resource that can be full, the fullest first.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    found: list[CapacityLeft] = []
    for record in model.records:
        if record.signal in _FULL or (_SATURATION in record.signal and record.unit == "ratio"):
            service = record.labels.get(SERVICE, "")
            peak = f"max_over_time({record.selector}[{asked.week.window}])"
            found += await _left(asked, peak, service, record.signal.replace(".", " "))
    for scaler in model.scalers:
        for trigger in scaler.triggers:
            most = trigger.capacity * scaler.max_replicas
            peak = f"max_over_time(({trigger.query})[{asked.week.window}:{MINUTE_S}s]) / {most:g}"
            what = f"{trigger.unit} at {scaler.max_replicas} replicas"
            found += await _left(asked, peak, scaler.service, what, f"capacity {trigger.known}")
    return tuple(sorted(found, key=lambda one: (one.left, one.service, one.name)))


async def _left(asked: WeekServer, peak: str, service: str, what: str, note: str = "") -> list[CapacityLeft]:
    now, before = await asked.both(peak)
    return [
        CapacityLeft(
            service=service,
            name=" ".join(filter(None, (what, shown_labels(labels)))),
            left=1 - share,
            left_before=1 - before[labels] if labels in before else None,
            note=note,
        )
        for labels, share in now.items()
    ]


async def metrics_cost(asked: WeekServer, model: RenderedModel) -> MetricsCost:
    """What was stored, beside what was estimated and what is allowed.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    window = asked.week.window
    series = await asked.now(f"sum(avg_over_time(prometheus_tsdb_head_series[{window}]))")
    rate = await asked.now(f"sum(rate(prometheus_tsdb_head_samples_appended_total[{window}]))")
    cost = model.cost
    return MetricsCost(
        series=series.get(()),
        series_budget=cost.budget.series,
        samples_per_month=rate[()] * _MONTH_S if () in rate else None,
        samples_budget=cost.budget.samples_per_month,
        estimated_usd_per_month=cost.price.managed.usd_per_month,
        price_list=cost.price.as_of.isoformat(),
    )
