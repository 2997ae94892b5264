"""Every function and aggregation of the pinned Prometheus, called rightly and wrongly."""

from __future__ import annotations

from collections.abc import Iterator

ON_INSTANTS = (
    "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor",
    "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln", "log10", "log2",
    "rad", "scalar", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp", "start_timestamp",
)  # fmt: skip
ON_RANGES = (
    "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time", "idelta",
    "increase", "irate", "last_over_time", "mad_over_time", "max_over_time", "min_over_time", "present_over_time",
    "rate", "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time", "ts_of_first_over_time",
    "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
)  # fmt: skip
OF_TIME = (
    "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
)  # fmt: skip
WITHOUT_ARGUMENTS = (
    "pi", "time", "start", "end", "step", "range",
)  # fmt: skip
OTHERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clamp": (("a, 1, 2", "a, scalar(b), 2"), ("a, 1", "a, b, 2", "1, 1, 2")),
    "clamp_max": (("a, 1",), ("a", "1, 1", "a, 1, 2")),
    "clamp_min": (("a, 1",), ("a", "a[5m], 1")),
    "double_exponential_smoothing": (("a[5m], 0.5, 0.5",), ("a, 0.5, 0.5", "a[5m], 0.5")),
    "histogram_fraction": (("0, 0.2, a",), ("0, a", "a, 0, 1")),
    "histogram_quantile": (("0.9, a", "scalar(b), a"), ("a, 0.9", "0.9, a[5m]", "0.9")),
    "histogram_quantiles": (('a, "q", 0.5', 'a, "q", 0.5, 0.9'), ("a, 0.5", 'a, "q"')),
    "info": (("a", 'a, {k8s="x"}', "a, {}"), ("a, b", "1", 'a, b{k8s="x"}')),
    "integral": (("a[5m]", "a[5m], 1"), ("a", "a[5m], b")),
    "label_join": (
        ('a, "x", "-"', 'a, "x", "-", "b"', 'a, "x", "-", "b", "c", "d"'),
        ('a, "x"', '"x", "x", "-"', 'a, "x", "-", 1'),
    ),
    "label_replace": (('a, "x", "$1", "y", "(.*)"',), ('a, "x", "$1", "y"', '1, "x", "$1", "y", ""')),
    "max_of": (("1, 2",), ("a, 2", "1")),
    "min_of": (("1, 2",), ("a, 2", "1, 2, 3")),
    "predict_linear": (("a[5m], 60", "a[1h:5m], 1h"), ("a, 60", "a[5m]", "a[5m], b")),
    "quantile_over_time": (("0.9, a[5m]",), ("a[5m], 0.9", "0.9, a")),
    "round": (("a", "a, 5"), ("a, b", "", "a, 1, 2")),
    "sort_by_label": (('a, "x"', 'a, "x", "y"'), ("a, 1",)),
    "sort_by_label_desc": (('a, "x"',), ('"x", a',)),
    "vector": (("1", "scalar(a)", "time()"), ("a", '"x"', "")),
}
AGGREGATIONS = (
    "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar",
)  # fmt: skip
WITH_PARAMETER = {
    "topk": "3",
    "bottomk": "3",
    "quantile": "0.9",
    "count_values": '"x"',
    "limitk": "3",
    "limit_ratio": "0.5",
}


def calls() -> Iterator[str]:
    """Each function: every form that is right, and the usual mistakes."""
    for name in ON_INSTANTS:
        yield from (f"{name}(a)", f'{name}(sum by (x) (a{{b="c"}}))')
        yield from (f"{name}(a[5m])", f"{name}()", f"{name}(1)", f"{name}(a, b)")
    for name in ON_RANGES:
        yield from (f"{name}(a[5m])", f"{name}(a[1h:5m])", f"{name}(rate(a[5m])[1h:])")
        yield from (f"{name}(a)", f"{name}()", f"{name}(a[5m], 1)")
    for name in OF_TIME:
        yield from (f"{name}()", f"{name}(a)", f"{name}(vector(1))", f"{name}(1)", f"{name}(a, b)")
    for name in WITHOUT_ARGUMENTS:
        yield from (f"{name}()", f"{name}(1)", f"{name}() + a")
    for name, (right, wrong) in OTHERS.items():
        yield from (f"{name}({arguments})" for arguments in (*right, *wrong))


def aggregations() -> Iterator[str]:
    """Each aggregation: bare, grouped before and behind, and with what it does not take."""
    for name, parameter in {**dict.fromkeys(AGGREGATIONS, ""), **WITH_PARAMETER}.items():
        first = f"{parameter}, " if parameter else ""
        yield from (f"{name}({first}a)", f"{name} by (x) ({first}a)", f"{name}({first}a) without (x, y,)")
        yield from (f"{name.upper()}({first}a)", f"{name} by () ({first}rate(a[5m]))")
        yield from (f"{name}({first}1)", f"{name}({first}a[5m])", f"{name}()", f"{name}({first}a, b)")
        yield from (f"{name} by (x) ({first}a) by (y)", f"{name} by x ({first}a)", f"{name}{{x='y'}}", name)
    yield from ('topk("x", a)', "topk(a, a)", "count_values(1, a)", 'quantile("x", a)', "topk(a)", "sum by (x)")


CORPUS = (*calls(), *aggregations())
