"""The page about versions is what pins and charts say, and no difference goes without a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.tools import programs
from vitals.paths import ROOT
from vitals.verify.delivery import parts, versions_page
from vitals.verify.delivery.versions import MODULES, SHIPPED


def test_the_page_is_up_to_date() -> None:
    """What is committed is what would be written."""
    assert (ROOT / "docs" / "versions.md").read_text() == versions_page(parts())


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"keda"}))
def test_what_is_tested_is_what_the_built_program_says(name: str) -> None:
    """The version that is read from the pin is the one that the program itself must print."""
    (part,) = (part for part in parts() if part.name == name)
    pin = programs.program(name).pin

    assert pin is not None
    assert part.tested == pin.version


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  keda: The known", "  kedas: The known", "keda is shipped in 2.21.1 and tested in 2.21.0"),
        ("node_exporter: 1.12.1", "node_exporter: 1.13.0", "node_exporter is shipped in 1.13.0 and tested in 1.12.1"),
        ("keda: 2.21.1", "keda: 2.21.0", "keda is tested as it is shipped"),
    ],
)
def test_a_gap_needs_a_reason_and_a_reason_a_gap(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """Either is refused, with both versions."""
    text = SHIPPED.read_text()
    assert old in text
    (tmp_path / "versions.yaml").write_text(text.replace(old, new, 1))

    with pytest.raises(VitalsError, match=problem):
        parts(tmp_path / "versions.yaml")
