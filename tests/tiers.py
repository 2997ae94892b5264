"""What a run by marks need not even import: a tier has some of 400 modules, and all of them take 20 s to import.

It is decided by the text of a module, so a mark must stand in the text of the module that has it; ``conftest.py``
refuses one that does not.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from tests.slow import is_slow

TIERS = ("rules", "live", "engine", "cluster", "charts", "bench")
"""Marks of tests that need more than Python."""
_LISTS = re.compile(r"^(?:pytestmark = .*?|\s*@)\b([A-Z]+)\b", re.MULTILINE)
"""Names of lists of marks, where they are given to a module or to a test."""
_AND = re.compile(r"(not )?(\w+)(?: and (?=\w)|$)")


def is_needless(path: PurePosixPath, file: Path, marks: str) -> bool:
    """Whether a run by these marks takes nothing of a module, whatever it holds.

    Args:
        path: Of the module or of its folder, from the root of the repository.
        file: Where it is.
        marks: The expression of ``pytest -m``; one that is more than words with ``and`` and ``not`` leaves nothing out.
    """
    words = _AND.findall(marks)
    if "".join(f"{negated}{word}" for negated, word in words) != marks.replace(" and ", ""):
        return False
    wanted = {word for negated, word in words if not negated}
    refused = {word for negated, word in words if negated}
    if "slow" in refused and is_slow(path):
        return True
    if not file.is_file():
        return False
    text = file.read_text(encoding="utf-8")
    other_tier = any(not names_mark(text, tier) for tier in wanted.intersection(TIERS))
    return other_tier or ("slow" in wanted and not (is_slow(path) or names_mark(text, "slow")))


def names_mark(text: str, mark: str) -> bool:
    """Whether the text of a module gives a mark to anything, by its name or by that of a list of marks."""
    return f"mark.{mark}" in text or mark.upper() in _LISTS.findall(text)
