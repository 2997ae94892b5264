"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vitals.cli.moment import moment
from vitals.errors import VitalsError

NOW = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)
"""A Saturday; in Tokyo it is 23:30."""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", "2026-11-28T14:30:00+00:00"),
        ("now", "2026-11-28T14:30:00+00:00"),
        ("Sunday 03:00 Asia/Tokyo", "2026-11-29T03:00:00+09:00"),
        ("sun 3:00 Asia/Tokyo", "2026-11-29T03:00:00+09:00"),
        ("Saturday 23:31 Asia/Tokyo", "2026-11-28T23:31:00+09:00"),
        ("Saturday 10:00 Europe/Berlin", "2026-12-05T10:00:00+01:00"),
        ("tomorrow 09:00 UTC", "2026-11-29T09:00:00+00:00"),
        ("2026-07-01 16:00 Europe/Berlin", "2026-07-01T16:00:00+02:00"),
        ("2026-07-01T16:00Z", "2026-07-01T16:00:00+00:00"),
        ("2026-07-01T09:00-07:00", "2026-07-01T09:00:00-07:00"),
        ("2026-03-29 02:30 Europe/Berlin", "2026-03-29T03:30:00+02:00"),  # the clocks jump over it
    ],
)
def test_a_moment_is_read(written: str, meant: str) -> None:
    """Days of the week are the next ones, by the clock of the zone that is named."""
    assert moment(written, NOW).isoformat() == meant


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("Sunday 03:00", "names no time zone"),
        ("2026-07-01T16:00", "names no time zone"),
        ("noon", "is not a moment"),
        ("Sunday 25:00 UTC", "no such date or time"),
        ("2026-02-30 03:00 UTC", "no such date or time"),
        ("Funday 03:00 UTC", "is not a day"),
        ("Sunday 03:00 Asia/Tokio", "Did you mean 'Asia/Tokyo'"),
        ("Sunday 03:00 JST", "is not a time zone"),
    ],
)
def test_what_is_not_a_moment_is_answered_with_how_to_write_one(written: str, complaint: str) -> None:
    """A wrong moment would be a wrong answer about who is notified."""
    with pytest.raises(VitalsError, match=complaint):
        moment(written, NOW)
