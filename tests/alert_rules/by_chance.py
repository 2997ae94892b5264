"""What stories leave to chance: the same in every run, and different for each series."""

from __future__ import annotations

import random

STRANGER = "stranger"
"""A service that nobody asks about, and that shows the same metrics and records."""


def chance(*what: object) -> random.Random:
    """A source of numbers that depends on what it is for, and on nothing else."""
    return random.Random(" ".join(map(str, what)))  # noqa: S311
