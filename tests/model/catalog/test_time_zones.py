"""Time zones: which names are taken, and what is said of the others."""

from __future__ import annotations

import zoneinfo
from dataclasses import replace

import pytest
from pydantic import ValidationError

from vitals.model.catalog import Catalogue


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "America/Argentina/Buenos_Aires"])
def test_names_of_the_database_are_taken(zone: str, sample: Catalogue) -> None:
    """By region and city, and UTC."""
    assert replace(sample.teams["payments"], time_zone=zone).time_zone == zone
    assert replace(sample.environments["lab"], time_zone=zone).time_zone == zone


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Europe/Berln", "Did you mean 'Europe/Berlin'"),
        ("europe/berlin", "Did you mean 'Europe/Berlin'"),
        ("Los Angeles", "Did you mean 'America/Los_Angeles'"),
        ("PST", "Write it as 'Europe/Berlin' or 'UTC'"),
        ("CEST", "Write it as 'Europe/Berlin' or 'UTC'"),
        ("GMT+2", "Write it as 'Europe/Berlin' or 'UTC'"),
        ("EUROPE/BERLIN", "Did you mean 'Europe/Berlin'"),
        ("Local", "is not a time zone"),
        ("localtime", "is not a time zone"),
        ("EST5EDT", "is not a time zone"),
        ("UTC+2", "is not a time zone"),
        ("../../etc/passwd", "is not a time zone"),
        ("", "is not a time zone"),
    ],
)
def test_other_names_are_refused_with_the_nearest(zone: str, hint: str, sample: Catalogue) -> None:
    """Alertmanager would not load them, or take them for the zone of the machine on which it runs."""
    with pytest.raises(ValidationError, match="could not compute the working hours") as refused:
        replace(sample.teams["payments"], time_zone=zone)

    assert hint in str(refused.value)


def test_a_machine_without_a_database_says_so(monkeypatch: pytest.MonkeyPatch, sample: Catalogue) -> None:
    """UTC needs none."""
    monkeypatch.setattr(zoneinfo, "available_timezones", set)

    assert replace(sample.teams["payments"], time_zone="UTC").time_zone == "UTC"
    with pytest.raises(ValidationError, match="Install tzdata"):
        replace(sample.teams["payments"], time_zone="Europe/Berlin")
