"""Which test cases have killed mutants at a place so far, so that the likeliest run first.

It decides the order of the cases and never a verdict: a mutant survives only if it passes all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

AT_FIRST = 0.1
"""How likely a case is to kill a mutant where nothing is known."""


class KillHistory:
    """How often each case ran against mutants at a place, and how often it killed one."""

    def __init__(self) -> None:
        self._tried = Counter[tuple[str, str]]()
        self._killed = Counter[tuple[str, str]]()

    def record(self, places: Sequence[str], case: str, *, killed: bool) -> None:
        """Remember the verdict of a case on a mutant.

        Args:
            places: Every name of the place of the mutation, from the exact one to those that it shares.
            case: The name of the case.
            killed: Whether it killed the mutant.
        """
        for place in places:
            self._tried[place, case] += 1
            self._killed[place, case] += killed

    def likely(self, places: Sequence[str], case: str) -> float:
        """How likely the case is to kill the next mutant there, from 0 to 1.

        What is known of a wider place counts as one run at the narrower one.
        """
        likely = AT_FIRST
        for place in reversed(places):
            likely = (self._killed[place, case] + likely) / (self._tried[place, case] + 1)
        return likely
