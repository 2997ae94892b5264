"""What the metrics of an environment come to: series, samples per month, money, disk and memory.

Everything is counted before anything runs, from what the contract and the catalogue say; the same numbers can then be
held against a running Prometheus. The room gets its facts as arguments: it knows neither scrape jobs nor rule files.
"""

from vitals.kit.cost.bill import Bill, bill
from vitals.kit.cost.ceiling import within_budget
from vitals.kit.cost.estimate import Estimate, Line, Part, evaluated, scraped
from vitals.kit.cost.reality import RECORDED, Comparison, Difference, compare
from vitals.kit.cost.series import SCRAPE_SERIES, Count, metric_series, values_by_label
from vitals.kit.cost.topmost import topmost

__all__ = [
    "RECORDED",
    "SCRAPE_SERIES",
    "Bill",
    "Comparison",
    "Count",
    "Difference",
    "Estimate",
    "Line",
    "Part",
    "bill",
    "compare",
    "evaluated",
    "metric_series",
    "scraped",
    "topmost",
    "values_by_label",
    "within_budget",
]
