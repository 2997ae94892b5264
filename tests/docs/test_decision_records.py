"""The decision records are complete and listed, and their numbers are those of the code."""

from __future__ import annotations

import re

import pytest

from vitals.paths import ROOT

from .pages import Page, read, unproved_numbers
from .record_numbers import OF_RECORD

FOLDER = ROOT / "docs" / "adr"
RECORDS = {file.stem: read(file) for file in sorted(FOLDER.glob("*.md")) if file.stem != "README"}

every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())


@every_record
def test_a_record_says_what_pressed_what_was_chosen_and_what_it_costs(record: Page) -> None:
    """The same three sections in each, none empty, the whole on half a page."""
    title, *sections = record.headings
    assert title[1].startswith(f"{record.path.stem[:4]}: ")
    assert sections == [(2, "Context"), (2, "Decision"), (2, "Consequences")]
    assert all(len(record.section(name).prose.split()) >= 30 for _, name in sections)
    assert len(record.prose.split()) <= 400


def test_records_are_numbered_without_a_gap_and_listed_in_order() -> None:
    """The index names every record once, under its number."""
    assert [name[:4] for name in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    assert read(FOLDER / "README.md").links == [(name[:4], f"{name}.md") for name in RECORDS]


@every_record
def test_every_number_of_a_record_is_one_of_the_code(record: Page) -> None:
    """What the code proves stands in the record, and no other number does."""
    proved = OF_RECORD[record.path.stem[:4]]
    for phrase in proved:
        assert phrase in record.prose, f"the code says: {phrase!r}"
    names = {record.path.stem[:4], *(text for text, link in record.links if link.startswith(text))}
    prose = re.sub("|".join(rf"\b{name}\b" for name in sorted(names)), "", record.prose)
    assert not unproved_numbers(prose, proved)
