"""Which panels of a dashboard moved, and which only make room for another: those a reviewer need not look at."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

Place = tuple[float, float, float, float]
"""Column, row, width and height, in any unit."""
Key = TypeVar("Key", bound=Hashable)


def moved(before: Mapping[Key, Place], after: Mapping[Key, Place]) -> set[Key]:
    """The panels that stand in another order, in other columns or in another size.

    One that is only higher or lower than before, in the same order as the others, makes room for one that is new or
    follows one that is removed.

    Args:
        before: The place of each panel.
        after: The same later; panels that only one of both has do not count.
    """
    both = before.keys() & after.keys()
    ones, others = (sorted(both, key=lambda key: (side[key][1], side[key][0], str(key))) for side in (before, after))
    kept = {
        key
        for block in SequenceMatcher(None, ones, others, autojunk=False).get_matching_blocks()
        for key in ones[block.a : block.a + block.size]
    }
    return {key for key in both if key not in kept or _columns(before[key]) != _columns(after[key])}


def _columns(place: Place) -> tuple[float, float, float]:
    x, _, width, height = place
    return x, width, height
