"""When alerts would have fired in data that a Prometheus holds: the same expressions, ``for`` and ``keep_firing_for``.

A bound is discussed in a review; what it would have done last month is a fact that the data already have.
"""

from vitals.verify.backtest.alerts import (
    AlertPair,
    BacktestAlert,
    RuleSet,
    chosen,
    pairs,
    read_alerts,
    read_alerts_at,
    rule_set,
)
from vitals.verify.backtest.judge import Backtester, PairOutcome
from vitals.verify.backtest.range_server import BacktestRange, RangeServer, ServerGoneError
from vitals.verify.backtest.report import as_json, as_text
from vitals.verify.backtest.serve import served

__all__ = [
    "AlertPair",
    "BacktestAlert",
    "BacktestRange",
    "Backtester",
    "PairOutcome",
    "RangeServer",
    "RuleSet",
    "ServerGoneError",
    "as_json",
    "as_text",
    "chosen",
    "pairs",
    "read_alerts",
    "read_alerts_at",
    "rule_set",
    "served",
]
