"""What a run has learnt: which stories notice mistakes at a place, so that the likeliest are told first.

It decides the order in which stories are told and never a verdict: a mistake survives only what all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_AT_FIRST = 0.1
"""How likely a story is to notice where nothing is known."""


class Experience:
    """How often each story was told of mistakes at a place, and how often it noticed."""

    def __init__(self) -> None:
        self._told = Counter[tuple[str, str]]()
        self._noticed = Counter[tuple[str, str]]()

    def learn(self, places: Sequence[str], story: str, *, noticed: bool) -> None:
        """Remember what a story said of a mistake.

        Args:
            places: Every name of the place of the mistake, from the exact one to those that it shares.
            story: The name of the story.
            noticed: Whether it noticed.
        """
        for place in places:
            self._told[place, story] += 1
            self._noticed[place, story] += noticed

    def likely(self, places: Sequence[str], story: str) -> float:
        """How likely the story is to notice the next mistake there, from 0 to 1.

        What is known of a wider place counts as one telling at the narrower one.
        """
        likely = _AT_FIRST
        for place in reversed(places):
            likely = (self._noticed[place, story] + likely) / (self._told[place, story] + 1)
        return likely
