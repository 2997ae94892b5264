"""Numbers and moments of a review as people read them; what Markdown and HTML share."""

from __future__ import annotations

from datetime import UTC, datetime

from vitals.local.draw.units import format_value


def share(value: float | None) -> str:
    """A share as per cent; a dash where it is not known."""
    return "-" if value is None else format_value(value, "percentunit")


def seconds(value: float | None) -> str:
    """A duration in its largest unit; a dash where it is not known."""
    return "-" if value is None else format_value(value, "s")


def count(value: float | None) -> str:
    """A number, shortened; a dash where it is not known."""
    return "-" if value is None else format_value(value, "short")


def moment(at: float) -> str:
    """A moment in UTC, to the minute."""
    return datetime.fromtimestamp(at, UTC).strftime("%a %Y-%m-%d %H:%M")
