"""A small set of rules: a record, the alert that reads it, another alert, and test cases about them."""

from __future__ import annotations

from typing import Any

from tests.mutation.case import Case
from tests.mutation.rules import FileRule

BUSY = FileRule("api", {"record": "service:busy:max", "expr": "max by (service) (busy)", "labels": {"service": "api"}})
HIGH = FileRule(
    "api",
    {
        "alert": "BusyHigh",
        "expr": 'service:busy:max{service="api"} > 0.5',
        "for": "1m",
        "labels": {"severity": "warning", "service": "api"},
    },
)
DOWN = FileRule("meta", {"alert": "Down", "expr": "up == 0", "for": "0s", "labels": {"severity": "critical"}})
RULES = (BUSY, HIGH, DOWN)


def case(name: str, alert: str, series: dict[str, str], *times: tuple[str, int]) -> Case:
    """What must be true of an alert: how many of its samples a window up to a time holds.

    Args:
        name: Name of the case.
        alert: Name of the alert.
        series: Values in promtool's notation by series.
        times: A window that ends with itself, and how often the alert has fired in it.
    """
    firing = f'ALERTS{{alertname="{alert}", alertstate="firing"}}'
    checks: list[dict[str, Any]] = []
    for window, count in times:
        samples = [{"labels": "{}", "value": count}] if count else []
        expr = f"sum(count_over_time({firing}[{window}]))"
        checks.append({"expr": expr, "eval_time": window, "exp_samples": samples})
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    test = {"name": name, "interval": "15s", "input_series": inputs, "promql_expr_test": checks}
    document = {"evaluation_interval": "15s", "group_eval_order": ["api", "meta"], "tests": [test]}
    return Case(name, frozenset({"api", "meta"}), document)


LOOSE = case("it rises far above the bound", "BusyHigh", {'busy{service="api"}': "0x20 1x20"}, ("4m", 0), ("6m15s", 1))
TIGHT = (
    case("it stays at the bound", "BusyHigh", {'busy{service="api"}': "0.5x40"}, ("9m", 0)),
    case("it is just above the bound", "BusyHigh", {'busy{service="api"}': "0.55x20"}, ("5m", 17)),
    case("it is far above the bound", "BusyHigh", {'busy{service="api"}': "0.99x20"}, ("5m", 17)),
    case(
        "one of two is busy",
        "BusyHigh",
        {'busy{service="api", instance="a"}': "0.1x20", 'busy{service="api", instance="b"}': "0.9x20"},
        ("5m", 17),
    ),
)
GONE = case("it is down", "Down", {"up": "1x10 0x10"}, ("2m30s", 0), ("5m", 10))
