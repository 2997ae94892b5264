"""What the metrics of an environment come to: series, samples per month, money, disk and memory.

Everything is counted before anything runs, from what the contract and the catalogue say; the same numbers can then be
held against a running Prometheus by :mod:`vitals.kit.cost.comparison`, which is not loaded here: it brings an HTTP
client, and rendering asks no server. The room gets its facts as arguments: it knows neither scrape jobs nor rule files.
"""

from vitals.kit.cost.bill import Bill, bill
from vitals.kit.cost.budget_check import within_budget
from vitals.kit.cost.estimate import CostItem, Estimate, SeriesCount, evaluated, scraped
from vitals.kit.cost.series import SCRAPE_SERIES, Count, metric_series, values_by_label
from vitals.kit.cost.topk_limit import topk_limit

__all__ = [
    "SCRAPE_SERIES",
    "Bill",
    "CostItem",
    "Count",
    "Estimate",
    "SeriesCount",
    "bill",
    "evaluated",
    "metric_series",
    "scraped",
    "topk_limit",
    "values_by_label",
    "within_budget",
]
