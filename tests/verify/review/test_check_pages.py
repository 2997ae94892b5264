"""Every check does what its page shows: it reports the example as printed there, and nothing of the mended one.

The page is the snapshot: a report that reads otherwise is changed there, where people read it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vitals.cli.check import lines_of
from vitals.verify.review import CHECKS, ReviewCheck, review

from .doc_pages import FOLDER, page_of, written

NAMES = [check.name for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_the_example_is_reported_and_the_mended_one_is_not(
    check: ReviewCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line, from the very files of the page."""
    monkeypatch.chdir(tmp_path)
    page = page_of(check.name)

    found = review(written(page.example, tmp_path), rendered=tmp_path, checks=[check]).defects
    assert "\n".join(lines_of(one).plain for one in found) == page.report.rstrip("\n")
    assert found

    assert not review(written(page.mended, tmp_path), rendered=tmp_path, checks=[check]).defects


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_page_says_what_its_check_finds(check: ReviewCheck) -> None:
    """Its title is the name that reports and suppressions use, and it says how bad a finding is."""
    head = page_of(check.name).head

    assert head.startswith(f"# {check.name}\n")
    assert f"Finds {check.summary}. Gravity: {check.gravity.word}." in head


def test_the_index_lists_every_check_in_its_order() -> None:
    """One row each, with gravity and summary as the registry has them, and no page without a check."""
    rows = re.findall(r"^\| \[([\w-]+)\]\(([\w-]+)\.md\) \| (\w+) \| (.+) \|$", _index(), re.MULTILINE)

    assert rows == [(one.name, one.name, one.gravity.word, one.summary) for one in CHECKS]
    assert {page.stem for page in FOLDER.glob("*.md")} == {*NAMES, "README"}


def test_each_check_is_a_file_of_its_own() -> None:
    """Named as the check is, so that a report leads to its source."""
    sources = {file.stem for file in Path(*Path(review.__code__.co_filename).parts[:-1], "checks").glob("*.py")}

    assert sources - {"__init__"} == {name.replace("-", "_") for name in NAMES}
    assert len(set(NAMES)) == len(NAMES) >= 50


def _index() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")
