"""The state of the tree itself: file sizes and words that must not be in it."""

from __future__ import annotations

import re
import statistics
import subprocess
from pathlib import Path

from vitals.paths import ROOT

LONGEST = 300
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "base.py"}
MACHINE_PATH = re.compile(r"/(?:home|root|work|Users)/[a-z]")


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_files_are_small() -> None:
    """No source file is longer than 300 lines, and the median stays below 150."""
    lengths = {file: len(file.read_text().splitlines()) for file in _tracked("*.py")}
    long = {str(file.relative_to(ROOT)): length for file, length in lengths.items() if length > LONGEST}

    assert not long
    assert statistics.median(lengths.values()) <= 150


def test_no_file_is_a_drawer_for_everything() -> None:
    """Modules are named for what they do."""
    assert not [file for file in _tracked("*.py") if file.name in FORBIDDEN_NAMES]


def test_no_path_of_a_machine_is_committed() -> None:
    """Nothing tracked names a folder that exists on one machine only."""
    assert _tracked("*.py")
    assert _tracked("rendered/*")
    for file in [*_tracked("*.py"), *_tracked("*.md"), *_tracked("rendered/*"), *_tracked("Makefile")]:
        if file == Path(__file__):
            continue
        assert not MACHINE_PATH.search(file.read_text()), file
