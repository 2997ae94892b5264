"""Writing rendered files: all or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.paths import ROOT
from vitals.render import drift, write


def test_what_is_written_is_what_was_rendered(tmp_path: Path) -> None:
    """After writing there is no drift, and files of an earlier rendering are gone."""
    target = tmp_path / "env"
    write({"model.json": "{}", "a.yaml": "old", "b/c.json": "{}"}, target)
    write({"model.json": "{}", "a.yaml": "new"}, target)

    assert not drift({"model.json": "{}", "a.yaml": "new"}, target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["env"]


def test_drift_names_each_kind_of_difference(tmp_path: Path) -> None:
    """Changed, missing and extra files are distinguished."""
    write({"same": "1", "changed": "1", "extra": "1"}, tmp_path / "env")
    found = drift({"same": "1", "changed": "2", "missing": "1"}, tmp_path / "env")

    assert (found.changed, found.missing, found.extra) == (("changed",), ("missing",), ("extra",))


def test_a_failure_half_way_leaves_the_old_files(tmp_path: Path) -> None:
    """When the disk refuses a file, what was rendered before is still there, whole."""
    target = tmp_path / "env"
    write({"model.json": "{}", "a.yaml": "old"}, target)
    too_long = "x" * 300

    with pytest.raises(VitalsError, match="unchanged"):
        write({"model.json": "{}", "a.yaml": "new", too_long: "refused by the file system"}, target)

    assert not drift({"model.json": "{}", "a.yaml": "old"}, target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["env"]


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    """Files that were not rendered are never deleted, whatever folder is named."""
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "thesis.txt").write_text("years of work")

    with pytest.raises(VitalsError, match="was not rendered by Vitals"):
        write({"model.json": "{}"}, tmp_path / "local")

    assert (tmp_path / "local" / "thesis.txt").read_text() == "years of work"


def _vitals(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vitals.cli", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )


def test_check_names_what_would_change_and_exits_one(tmp_path: Path) -> None:
    """``vitals render --check`` is silent and 0 when nothing differs, and 1 with the names when something does."""
    assert _vitals("render", "--out", str(tmp_path), "--env", "local").returncode == 0
    assert _vitals("render", "--out", str(tmp_path), "--env", "local", "--check").returncode == 0
    (tmp_path / "local" / "alertmanager.yml").write_text("edited by hand")
    done = _vitals("render", "--out", str(tmp_path), "--env", "local", "--check")

    assert done.returncode == 1
    assert "alertmanager.yml" in done.stderr
    assert (tmp_path / "local" / "alertmanager.yml").read_text() == "edited by hand"


def test_an_unknown_environment_is_an_error_with_the_known_ones() -> None:
    """A typing mistake in the name renders nothing and says what there is."""
    done = _vitals("render", "--env", "pord")

    assert done.returncode == 1
    assert "Known are autopilot, dev, kind, local, managed, prod, staging" in done.stderr
    assert "Traceback" not in done.stderr
