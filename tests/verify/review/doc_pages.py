"""The pages of checks as tests read them: an example, what is reported of it, and the same mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vitals.paths import DOCS

FOLDER = DOCS / "checks"
_FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class CheckPage:
    """The page of one check.

    Attributes:
        head: What stands before the sections.
        example: Files with the defect, by name.
        report: What is reported of them.
        mended: The same files without it.
    """

    head: str
    example: dict[str, str]
    report: str
    mended: dict[str, str]


def page_of(name: str) -> CheckPage:
    """Read the page of a check."""
    head, *parts = _SECTION.split((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    (report,) = [found["text"] for found in _FENCE.finditer(sections["Report"])]
    return CheckPage(head, _files(sections["Example"]), report, _files(sections["Mended"]))


def _files(section: str) -> dict[str, str]:
    return {found["file"]: found["text"] for found in _FENCE.finditer(section)}


def written(files: dict[str, str], folder: Path) -> list[Path]:
    """Write files into a folder; returns their names, relative to it."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [Path(name) for name in files]
