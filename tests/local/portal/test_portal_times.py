"""The times of an address are Grafana's."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.local.portal.time_range import parse_moment

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("now-15m", NOW - 900),
        ("now+1h", NOW + 3600),
        ("1790000000000", NOW),
        ("1790000000", NOW),
    ],
)
def test_moments(text: str, moment: float) -> None:
    """Relative times, unix milliseconds and unix seconds are understood."""
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "now-", "now-15", "now-15q", "-5", "now-1h; up"])
def test_other_words_are_refused(text: str) -> None:
    """Everything else is an error that says what to write."""
    with pytest.raises(VitalsError, match="now-15m"):
        parse_moment(text, NOW)
