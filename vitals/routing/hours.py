"""Time intervals of Alertmanager in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_words(interval: Mapping[str, Any]) -> str:
    """Say when a named time interval holds: ``saturday, sunday; 00:00-07:00, 19:00-24:00 UTC``."""
    return "; ".join(_one(part) for part in interval["time_intervals"])


def _one(part: Mapping[str, Any]) -> str:
    times = [f"{time['start_time']}-{time['end_time']}" for time in part.get("times", ())]
    dates = [
        ", ".join(map(str, part[key])) for key in ("weekdays", "days_of_month", "months", "years") if part.get(key)
    ]
    clock = f"{', '.join(times)} {part.get('location', 'UTC')}" if times else ""
    return " ".join(text for text in (*dates, clock) if text) or "always"
