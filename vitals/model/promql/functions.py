"""What the pinned Prometheus knows only with a feature flag or no more, and which functions take ``anchored``.

Which flags it is started with stands in ``vitals/local/stack/parts/prometheus.py`` and
``infra/monitoring/prometheus.py``: no flag of PromQL is among them. A test holds this list to what the real promtool
says of each function.
"""

EXPERIMENTAL = frozenset(
    {
        "double_exponential_smoothing",
        "end",
        "histogram_quantiles",
        "info",
        "integral",
        "mad_over_time",
        "max_of",
        "min_of",
        "range",
        "sort_by_label",
        "sort_by_label_desc",
        "start",
        "start_timestamp",
        "step",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_max_over_time",
        "ts_of_min_over_time",
    }
)
GONE = {
    "count_scalar": "It went with Prometheus 2; write count() instead",
    "drop_common_labels": "It went with Prometheus 2; write which labels stay, with sum by (...)",
    "holt_winters": "Prometheus 3 calls it double_exponential_smoothing() and knows it only with a feature flag, which "
    "is off here; avg_over_time() smooths, and predict_linear() looks ahead, without one",
}
"""Functions of older versions that rules still have, and what to write now."""
EXPERIMENTAL_AGGREGATIONS = frozenset({"limit_ratio", "limitk"})
SMOOTHED = frozenset({"delta", "increase", "rate"})
ANCHORED = SMOOTHED | {"changes", "resets"}
"""The engine fails in any other function, at each evaluation."""
