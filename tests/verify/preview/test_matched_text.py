"""A text that a pattern matches, and none where that would be a guess."""

from __future__ import annotations

import pytest

from vitals.model.promql import regex
from vitals.verify.preview.matched_text import MOST, matched_texts

PATTERNS = {
    "api|web": ("api", "web"),
    "5..": ("500",),
    "10.0.0.1": ("10.0.0.1",),
    "(prod|dev)-eu": ("prod-eu", "dev-eu"),
    r"shop\.example": ("shop.example",),
    "/kubepods.*": ("/kubepods",),
    "[^/]+": ("a",),
    "db-([1-9][0-9]*)": ("db-1",),
    "a{3}b?": ("aaa",),
    "(?:x|y)z": ("xz", "yz"),
    "a|b|c|d|e": ("a", "b", "c", "d"),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_alternative_has_its_shortest_text(pattern: str) -> None:
    """No more than four of them, and RE2 takes each."""
    found = matched_texts(pattern)

    assert found == PATTERNS[pattern]
    assert len(found) <= MOST
    assert all(regex.matches(pattern, text) for text in found)


@pytest.mark.parametrize("pattern", ["(", "[", "a{", "(?i)b", "\\"])
def test_what_is_not_understood_has_no_text(pattern: str) -> None:
    """A pattern that is none, or one with flags."""
    assert matched_texts(pattern) == ()


def test_texts_of_several_entities_differ_where_the_pattern_allows_it() -> None:
    """Three pods of one database."""
    assert [matched_texts("db-([1-9][0-9]*)", number)[0] for number in range(3)] == ["db-1", "db-2", "db-3"]
    assert [matched_texts("cache.*", number)[0] for number in range(2)] == ["cache-1", "cache-2"]
