"""Pulumi puts ``infra/`` first on the path, so a module there would hide a library of the same name."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions

from vitals.paths import ROOT


def test_no_module_of_infra_hides_a_library() -> None:
    """No name directly below ``infra/`` is one of Python's own or of anything installed."""
    taken = set(sys.stdlib_module_names) | set(packages_distributions())
    names = {path.stem for path in (ROOT / "infra").iterdir() if path.suffix in ("", ".py")}

    assert not (names & taken) - {"__init__", "__main__", "__pycache__"}
