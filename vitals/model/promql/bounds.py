"""The bounds of histograms and summaries as Prometheus stores them, whatever an exporter writes.

Since version 3 each is a number with a point: of a program that exposes ``le="1"`` the series has ``le="1.0"``, so a
matcher that was written for an older Prometheus finds nothing and says nothing.
Source: https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values.
"""

from __future__ import annotations

import math
import re

_LABELS = frozenset({"le", "quantile"})
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PLAIN = 1e15
"""Numbers below it are written without an exponent."""


def stored_bound(label: str, sign: str, value: str) -> str:
    """What a matcher must ask for to find the bounds that it means.

    Args:
        label: Of which label it is.
        sign: How it compares.
        value: What it asks for: a bound or, behind ``=~``, bounds with bars between them.

    Returns:
        Empty where it may find some as it is, or asks for something else.
    """
    if label not in _LABELS or sign not in ("=", "=~"):
        return ""
    asked = value.split("|") if sign == "=~" else [value]
    if not all(_NUMBER.fullmatch(one) and math.fabs(float(one)) < _PLAIN for one in asked):
        return ""
    stored = [str(float(one)) for one in asked]
    return "" if set(stored) & set(asked) else "|".join(stored)
