"""Our pages name only commands that the command line has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vitals.cli import COMMANDS
from vitals.paths import ROOT

FILES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def named(text: str) -> set[str]:
    """The commands that a text shows as code, such as ``vitals trace ID``; options and arguments are not looked at."""
    return set(re.findall(r"(?:`|^ *)vitals ([a-z]+(?:-[a-z]+)*)", text, re.MULTILINE))


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_every_command_on_a_page_exists(file: Path) -> None:
    """The on-call who pastes the command does not learn at night that it was renamed."""
    assert named(file.read_text(encoding="utf-8")) <= set(COMMANDS)


def test_commands_are_found_in_text_and_in_blocks() -> None:
    """The search itself works, in a sentence and in a fenced block."""
    assert named("Run `vitals trace ID`.\n\n```sh\nvitals up\n```\nNot vitals here.\n") == {"trace", "up"}
    assert {"trace", "up"} <= set(COMMANDS)
