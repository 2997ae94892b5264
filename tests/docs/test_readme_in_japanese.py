"""README.ja.md says what README.md says: the same headings, commands, tables, links and numbers.

What cannot be compared is whether the sentences mean the same; whatever a change of one is likely to leave behind
in the other can.
"""

from __future__ import annotations

import re
from collections import Counter

from tests.docs.pages import Page, read
from vitals.paths import ROOT

ENGLISH, JAPANESE = read(ROOT / "README.md"), read(ROOT / "README.ja.md")
EACH_OTHER = {"README.md", "README.ja.md"}


def _code(of: Page) -> list[tuple[str, str]]:
    """Language and content of each fenced block, without the comments, which are prose."""
    return [(token.info, re.sub(r"[ ]*#.*", "", token.content)) for token in of.tokens if token.type == "fence"]


def _inline(of: Page) -> list[str]:
    return [child.content for token in of.tokens for child in token.children or [] if child.type == "code_inline"]


def _cells(of: Page) -> list[list[str]]:
    """The numbers of each cell of each table, in order."""
    cells = zip(of.tokens, of.tokens[1:], strict=False)
    return [re.findall(r"[\d.]*\d", inside.content) for cell, inside in cells if cell.type in {"th_open", "td_open"}]


def _numbers(of: Page) -> set[str]:
    return {
        number
        for token in of.tokens
        for child in token.children or []
        if child.type == "text"
        for number in re.findall(r"\d[\d.,]*", child.content.rstrip(".,"))
    }


def test_headings_have_the_same_levels() -> None:
    """A section that one has, the other has in the same place."""
    assert ENGLISH.headings
    assert [level for level, _ in JAPANESE.headings] == [level for level, _ in ENGLISH.headings]


def test_commands_are_the_same() -> None:
    """Blocks in the same order and names in the text as often, in whatever order the sentence wants."""
    assert _code(ENGLISH)
    assert _code(JAPANESE) == _code(ENGLISH)
    assert Counter(_inline(JAPANESE)) == Counter(_inline(ENGLISH))


def test_tables_have_the_same_numbers() -> None:
    """Cell by cell."""
    assert any(_cells(ENGLISH))
    assert _cells(JAPANESE) == _cells(ENGLISH)


def test_links_and_pictures_are_the_same() -> None:
    """Both lead to the same pages; beside these each leads to the other."""
    english, japanese = ({address for _, address in of.links} for of in (ENGLISH, JAPANESE))

    assert len(english) > len(EACH_OTHER)
    assert japanese - EACH_OTHER == english - EACH_OTHER
    assert "README.ja.md" in english
    assert "README.md" in japanese


def test_every_number_is_in_both() -> None:
    """A measured value that changes in English changes in Japanese."""
    assert _numbers(ENGLISH) - _numbers(JAPANESE) == set()
