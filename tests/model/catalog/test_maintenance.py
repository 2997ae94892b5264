"""Planned maintenance: a window with an end, of services that exist, by a clock that is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.catalogues import SHOP
from vitals.kit.alerts.intervals import maintenance_interval
from vitals.model.catalog import Catalogue, CatalogueError, MaintenanceWindow, load
from vitals.model.catalog.check import check
from vitals.model.metrics import EXPORTERS
from vitals.paths import ROOT
from vitals_telemetry.metrics import API_RESPONSE_TIME

DECLARED = """
from vitals.model.catalog import MaintenanceWindow

upgrade = MaintenanceWindow(
    name="upgrade",
    start="2026-12-05T22:00",
    end="2026-12-06T02:00",
    time_zone="Europe/Berlin",
    why="The database gets its next major version.",
    services=("checkout",),
    environments=("cloud",),
)
"""


def _declared(folder: Path, old: str = "", new: str = "") -> Catalogue:
    copied = Path(shutil.copytree(SHOP, folder / "catalog", ignore=shutil.ignore_patterns("__pycache__")))
    assert old in DECLARED
    (copied / "maintenance.py").write_text(DECLARED.replace(old, new) if old else DECLARED)
    catalogue = load(copied)
    check(catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)
    return catalogue


def test_a_window_is_of_its_environments_only(tmp_path: Path) -> None:
    """In the others nothing is muted."""
    catalogue = _declared(tmp_path)
    (window,) = catalogue.maintenance_in(catalogue.environments["cloud"])

    assert (window.begins, window.ends) == (datetime(2026, 12, 5, 21, tzinfo=UTC), datetime(2026, 12, 6, 1, tzinfo=UTC))
    assert catalogue.maintenance_in(catalogue.environments["lab"]) == ()


@pytest.mark.parametrize(
    ("old", "new", "complaints"),
    [
        ("2026-12-06T02:00", "2026-12-05T22:00", ["is not after start", "would mute nothing"]),
        ("2026-12-06T02:00", "2027-12-06T02:00", ["it lasts 365 days", "7 days are the most"]),
        ("2026-12-06T02:00", "the morning", ["end 'the morning' is not a moment", "'2026-12-05T22:00'"]),
        ("2026-12-06T02:00", "2026-12-06T02:00:30", ["has seconds"]),
        ('    time_zone="Europe/Berlin",\n', "", ["says no time zone", "time_zone='Europe/Berlin'"]),
        ("Europe/Berlin", "Europe/Berln", ["'Europe/Berln' is not a time zone", "'Europe/Berlin'"]),
        ('"2026-12-05T22:00"', '"2026-03-29T02:30"', ["does not exist in Europe/Berlin", "go forward"]),
        ('"2026-12-05T22:00"', '"2026-10-25T02:30"', ["is there twice in Europe/Berlin", "with its offset"]),
        ('services=("checkout",)', 'services=("chekout",)', ["'chekout' is not known", "'checkout'", "maintenance.py"]),
        ('environments=("cloud",)', 'environments=("clod",)', ["'clod' is not known", "'cloud'"]),
        ('why="The database gets its next major version."', 'why="db"', ["why"]),
        ('    end="2026-12-06T02:00",\n', "", ["field end", "required"]),
    ],
)
def test_a_window_that_would_not_do_what_is_meant_is_refused(
    old: str, new: str, complaints: list[str], tmp_path: Path
) -> None:
    """Before anything is rendered, with what to write instead."""
    with pytest.raises(CatalogueError) as error:
        _declared(tmp_path, old, new)

    assert all(complaint in str(error.value) for complaint in complaints), str(error.value)


def test_a_window_over_several_days_is_whole_days_between_two_parts() -> None:
    """Each part names its date, so that none comes back the next month."""
    window = MaintenanceWindow(
        name="move", start="2026-12-30T22:30Z", end="2027-01-02T00:00Z", why="The rack is moved to another hall."
    )
    parts = maintenance_interval(window)["time_intervals"]

    assert isinstance(parts, list)
    assert [(part["days_of_month"], part["months"], part["years"], part["times"]) for part in parts] == [
        (["30"], ["december"], ["2026"], [{"start_time": "22:30", "end_time": "24:00"}]),
        (["31"], ["december"], ["2026"], [{"start_time": "00:00", "end_time": "24:00"}]),
        (["1"], ["january"], ["2027"], [{"start_time": "00:00", "end_time": "24:00"}]),
    ]


@pytest.mark.slow  # a process that renders
def test_a_window_that_is_over_is_rendered_and_named(tmp_path: Path) -> None:
    """It mutes nothing any more, whatever the clock says; a person is asked to take it out."""
    _declared(tmp_path, "2026-12-0", "2024-12-0")
    chosen = ["--catalogue", str(tmp_path / "catalog"), "--env", "cloud", "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-m", "vitals.cli", "render", *chosen], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "maintenance upgrade ended at 2024-12-06T02:00 and mutes nothing any more" in done.stderr
    assert "maintenance-upgrade" in (tmp_path / "out" / "cloud" / "alertmanager.yml").read_text()
