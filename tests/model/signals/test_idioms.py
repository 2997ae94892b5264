"""Idioms write the phrase that their name promises, whichever kind of operand they are given."""

from __future__ import annotations

import pytest

from vitals.model.promql import select
from vitals.model.signals.idioms import any_of, or_zero, share, where_number, where_positive

BAD, ALL = select("bad"), select("all")


def test_or_zero_gives_what_has_no_part_a_zero() -> None:
    """Zero comes from the whole, so it carries the labels of the whole."""
    assert or_zero(BAD, ALL).text == "bad or (0 * all)"


def test_a_share_has_a_hole_where_there_is_no_whole() -> None:
    """Both halves of the idiom: zero failures are a share of zero, and no requests have no share."""
    assert share(BAD, ALL).text == "(bad or (0 * all)) / (all > 0)"
    assert where_positive(ALL).text == "all > 0"


def test_what_is_not_a_number_is_dropped() -> None:
    """No comparison holds for what is not a number; zero itself stays."""
    assert where_number(ALL).text == "all >= 0"


def test_any_of_takes_the_first_alternative_that_has_an_element() -> None:
    """Alternatives stand from left to right, which is the order in which ``or`` prefers them."""
    assert any_of([BAD, ALL, select("more")]).text == "(bad or all) or more"
    with pytest.raises(TypeError):
        any_of([])
