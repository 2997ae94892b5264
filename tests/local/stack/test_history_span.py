"""How far back a past reaches is written as people write durations."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.local.stack.history.span import parse_span


@pytest.mark.parametrize(("text", "seconds"), [("1h", 3600), ("8d", 691200), ("2w", 1209600), ("30d", 2592000)])
def test_hours_days_and_weeks_are_understood(text: str, seconds: int) -> None:
    """From the shortest to the longest."""
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "8", "d", "8 days", "1.5d", "90m", "-8d", "8d1h", "٨d"])
def test_a_malformed_duration_is_refused(text: str) -> None:
    """With an example of one."""
    with pytest.raises(VitalsError, match=r"is not a duration.*for example 8d"):
        parse_span(text)


@pytest.mark.parametrize("text", ["0h", "31d", "5w"])
def test_what_is_too_short_or_too_long_is_refused(text: str) -> None:
    """With the bounds."""
    with pytest.raises(VitalsError, match="outside of 1h to 30d"):
        parse_span(text)
