"""The changes of a page are applied where they belong, or not at all."""

from __future__ import annotations

import pytest

from .changes import change, undone

TEXT = "import a\n\nLIST = (a,)\n\nprint(LIST)\n"


def test_lines_go_and_come_at_their_place() -> None:
    """What is not shown stays as it was."""
    changed = change(TEXT, "+OTHER = 1\n-LIST = (a,)\n+LIST = (a, OTHER)\n")

    assert changed == "import a\n\nOTHER = 1\nLIST = (a, OTHER)\n\nprint(LIST)\n"


def test_lines_that_stay_show_the_place() -> None:
    """An empty line is one of them."""
    assert change(TEXT, " LIST = (a,)\n\n-print(LIST)\n+print()\n").endswith("LIST = (a,)\n\nprint()\n")


def test_what_was_applied_is_undone_once() -> None:
    """A reader who carried a page out can be where the next one begins; a text without the changes stays as it is."""
    shown = "-LIST = (a,)\n+LIST = (a, b)\n\n+OTHER = 1\n print(LIST)\n"

    assert undone(change(TEXT, shown), shown) == TEXT
    assert undone(TEXT, shown) == TEXT


@pytest.mark.parametrize("shown", ["-LIST = ()\n", "-LIST\n", "+new\n", "LIST = (a,)\n"])
def test_a_place_that_is_not_there_once_is_a_fault_of_the_page(shown: str) -> None:
    """A page that has gone stale fails; half a line does not count, and without a place nothing is put in."""
    with pytest.raises(AssertionError):
        change(TEXT, shown)
